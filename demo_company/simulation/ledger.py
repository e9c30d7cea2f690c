"""The general ledger, posted from the documents: it ties to them to the cent, per customer and account."""

from dataclasses import dataclass, field

import numpy as np

from demo_company.days import moment, month_shift
from demo_company.rows import NULL, Rows, full, stack
from demo_company.simulation.orders import half_up
from demo_company.simulation.receipts import WRITE_OFF

# account number: code, class
ACCOUNTS = [
    ("1122", "receivable"), ("1002", "cash"), ("6001", "revenue"), ("6051", "revenue"), ("6401", "cogs"),
    ("1405", "other"), ("2221", "other"), ("2203", "deferred_revenue"), ("6601", "selling_expense"),
    ("6605", "marketing_expense"), ("6403", "service_expense"), ("6701", "bad_debt"), ("6603", "fx_difference"),
    ("6602", "overhead"), ("2241", "other"), ("6011", "revenue"),
]  # fmt: skip
(RECEIVABLE, CASH, GOODS, CARE, COGS, STOCK, TAX, DEFERRED, SELLING, MARKETING, SERVICE, BAD_DEBT, FX, OVERHEAD,
 PAYABLE, OTHER_REVENUE) = range(len(ACCOUNTS))  # fmt: skip
REVENUE = (GOODS, CARE, OTHER_REVENUE)


@dataclass
class Ledger:
    """Postings in ledger cents, debit positive. ``party`` NULL: without customer."""

    parts: list[Rows] = field(default_factory=list)

    def post(
        self, account: int, day: np.ndarray, amount: np.ndarray, *, made: np.ndarray, document: str, row: np.ndarray,
        party: np.ndarray | None = None, second: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        count = len(day)
        here = amount != 0
        self.parts.append(
            Rows(
                account=full(count, account),
                day=day,
                amount=amount,
                made=made,
                document=full(count, document),
                row=row,
                party=full(count, NULL) if party is None else party,
                second=np.zeros(count, dtype=bool) if second is None else second,
            ).take(here)
        )

    def rows(self) -> Rows:
        return stack(*self.parts).by_time("made", "day")


def post_sales(ledger: Ledger, invoices: Rows) -> None:
    """Receivable against revenue (or deferred revenue, for periods longer than a month) and tax; cost against stock."""
    row = np.arange(len(invoices))
    deferred = invoices.months > 1
    goods = invoices.order != NULL
    tax = invoices.ledger_gross - invoices.ledger_net
    for sign, here, day, made in (
        (1, full(len(invoices), True), invoices.date, invoices.posted),
        (-1, invoices.cancelled != NULL, invoices.cancelled, moment(invoices.cancelled, 12 * 3600)),
    ):
        who = {"party": invoices.party, "second": invoices.second}
        amounts = [
            (RECEIVABLE, invoices.ledger_gross, who), (GOODS, -invoices.ledger_net * goods, who),
            (CARE, -invoices.ledger_net * ~(goods | deferred), who), (DEFERRED, -invoices.ledger_net * deferred, who),
            (TAX, -tax, {}), (COGS, invoices.cost * ~deferred, who), (STOCK, -invoices.cost * ~deferred, {}),
        ]  # fmt: skip
        for account, amount, owner in amounts:
            ledger.post(
                account, day[here], sign * amount[here], made=made[here], document="INV", row=row[here],
                **{k: v[here] for k, v in owner.items()},
            )  # fmt: skip


def post_recognition(ledger: Ledger, invoices: Rows) -> None:
    """Deferred service revenue is earned month by month, with its cost, on the last day of the month."""
    index = np.flatnonzero(invoices.months > 1)
    who = {"party": invoices.party[index], "second": invoices.second[index]}
    for month in range(3):
        share = third(invoices.ledger_net[index], month)
        cost = third(invoices.cost[index], month)
        day = month_shift(invoices.date[index], month + 1) - 1
        made = moment(day, 22 * 3600)
        for account, amount, owner in (
            (DEFERRED, share, who),
            (CARE, -share, who),
            (COGS, cost, who),
            (STOCK, -cost, {}),
        ):
            ledger.post(account, day, amount, made=made, document="REC", row=index, **owner)


def third(amount: np.ndarray, month: int) -> np.ndarray:
    """The month's third of an amount; the three add up."""
    return half_up(amount * (month + 1), 3) - half_up(amount * month, 3)


def post_credits(ledger: Ledger, credits: Rows, second: np.ndarray) -> None:
    row = np.arange(len(credits))
    who = {"party": credits.party, "second": second}
    tax = credits.ledger_gross - credits.ledger_net
    for account, amount, owner in (
        (RECEIVABLE, -credits.ledger_gross, who), (GOODS, credits.ledger_net, who), (TAX, tax, {}),
        (COGS, -credits.cost, who), (STOCK, credits.cost, {}),
    ):  # fmt: skip
        ledger.post(account, credits.date, amount, made=credits.made, document="CRN", row=row, **owner)


def post_payments(ledger: Ledger, payments: Rows) -> None:
    """Cash against receivable; a recalled payment is reversed on its day."""
    row = np.arange(len(payments))
    back = np.flatnonzero(payments.cancelled != NULL)
    recalled = payments.cancelled[back]
    who = {"party": payments.party, "second": payments.second}
    gone = {k: v[back] for k, v in who.items()}
    ledger.post(CASH, payments.day, payments.ledger, made=payments.made, document="PAY", row=row)
    ledger.post(RECEIVABLE, payments.day, -payments.ledger, made=payments.made, document="PAY", row=row, **who)
    made = moment(recalled, 16 * 3600)
    ledger.post(CASH, recalled, -payments.ledger[back], made=made, document="PAY", row=back)
    ledger.post(RECEIVABLE, recalled, payments.ledger[back], made=made, document="PAY", row=back, **gone)


def post_settlements(ledger: Ledger, invoices: Rows, settled: Rows) -> None:
    """Exchange differences of what is settled, and what is forgiven.

    ``settled``: invoice, day, made, carried (ledger cents that leave the invoice), paid (ledger cents that came for
    it), kind (0 payment or credit, else the adjustment type). A posting names the settlement's own position, from which
    the ERP makes the number of the clearing or adjustment.
    """
    gain = settled.paid - settled.carried
    money = settled.kind == 0
    who = {"party": invoices.party[settled.invoice], "second": invoices.second[settled.invoice]}

    def post(account: int, amount: np.ndarray, here: np.ndarray, document: str, owner: bool = True) -> None:
        ledger.post(
            account, settled.day[here], amount[here], made=settled.made[here], document=document,
            row=np.flatnonzero(here),
            **({k: v[here] for k, v in who.items()} if owner else {}),
        )  # fmt: skip

    post(RECEIVABLE, gain, money, "APP")
    post(FX, -gain, money, "APP", owner=False)
    bad = settled.kind == WRITE_OFF
    small = ~money & ~bad
    post(RECEIVABLE, -settled.carried, ~money, "ADJ")
    post(BAD_DEBT, settled.carried, bad, "ADJ")
    post(SELLING, settled.carried, small, "ADJ")


def post_costs(ledger: Ledger, costs: Rows) -> None:
    row = np.arange(len(costs))
    who = {"party": costs.party, "second": costs.second}
    for kind, account in (("FRT", SELLING), ("COM", SELLING), ("PRT", SERVICE), ("REB", SELLING)):
        here = costs.kind == kind
        owner = {k: v[here] for k, v in who.items()}
        ledger.post(account, costs.day[here], costs.amount[here], made=costs.made[here], document="CST",
                    row=row[here], **owner)  # fmt: skip
        ledger.post(PAYABLE, costs.day[here], -costs.amount[here], made=costs.made[here], document="CST", row=row[here])
