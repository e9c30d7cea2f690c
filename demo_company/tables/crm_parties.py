"""CRM accounts and contact persons as of a moment."""

import numpy as np

from demo_company import names
from demo_company.days import SECONDS, moment
from demo_company.rows import NULL, Rows, full, known, latest, maybe, stack, texts
from demo_company.simulation.chunk import Chunk
from demo_company.simulation.population import BY_EMAIL, BY_ERP_CODE, chunk_number
from demo_company.tables import keys
from demo_company.world import WON, World

LOST_PROSPECTS_DELETED = 5  # every fifth lost prospect is deleted 60 days after it was lost


def account_times(chunk: Chunk) -> Rows:
    """Per party: when its account was made, became a customer, changed hands, was deleted (NULL: never)."""
    parties, old = chunk.parties, chunk.old
    created = np.full(len(parties), NULL)
    created[:old] = moment(parties.known_since[:old], 10 * 3600)
    created[old:] = chunk.leads.converted
    bought = np.full(len(parties), NULL)
    deleted = np.full(len(parties), NULL)
    first = chunk.opportunities.kind == 1
    won = first & (chunk.opportunities.outcome == WON)
    bought[chunk.opportunities.party[won]] = chunk.opportunities.closed[won] + 1800
    lost = np.flatnonzero(first & ~won & (chunk.opportunities.party % LOST_PROSPECTS_DELETED == 3))
    deleted[chunk.opportunities.party[lost]] = chunk.opportunities.closed[lost] + 60 * SECONDS
    moved = moment(parties.moved, 11 * 3600)
    return Rows(created=created, bought=bought, deleted=deleted, moved=maybe(moved > created, moved))


def accounts(chunk: Chunk, world: World, cut: int) -> Rows:
    """One row per account: each party's own, and the twins that somebody made by mistake."""
    times = account_times(chunk)
    party = np.flatnonzero(known(cut, times.created))
    p, t = chunk.parties.take(party), times.take(party)
    bought = known(cut, t.bought) | (party < chunk.old)
    moved = known(cut, t.moved)
    coded = known(cut, t.bought + SECONDS) | (party < chunk.old)
    codes = keys.customer_codes(p.gid)
    is_shop = p.tax_id[0] is None if len(p) else False
    count = len(p)
    own = Rows(
        acc_id=keys.account(p.gid), acc_name=p.name, acc_kind=np.where(bought, 2, 1),
        biz_type=full(count, "P" if is_shop else "E"),
        sector=full(count, None) if is_shop else texts([names.INDUSTRIES[i] for i in p.industry.tolist()]),
        headcount=maybe(full(count, not is_shop), np.round(p.size * 90).astype(np.int64) + 5),
        turnover=maybe(full(count, not is_shop), np.round(p.size * 1800).astype(np.int64) * 1_000_000),
        province=texts([names.REGION_NAMES[r] for r in p.region.tolist()]), country_code=p.country, city_name=p.city,
        uscc=p.tax_id, tel=p.phone, mail=maybe((p.link == BY_EMAIL) | is_shop, p.email),
        web=full(count, None) if is_shop else texts([f"www.{m.split('@')[1]}" for m in p.email]),
        owner_uid=keys.rep_user(np.where(moved, p.next_owner, p.owner)), source_channel=p.channel + 1,
        parent_acc_id=full(count, NULL), merged_to=full(count, NULL),
        erp_no=maybe((p.link == BY_ERP_CODE) & coded, codes),
        lifecycle=texts(["customer" if b else "prospect" for b in bought.tolist()]), created_on=t.created,
        modified_on=latest(cut, t.bought, t.moved, t.deleted,
                           maybe((t.bought != NULL) & (p.link == BY_ERP_CODE), t.bought + SECONDS - 1)),
        is_deleted=known(cut, t.deleted).astype(np.int64), deleted_on=maybe(known(cut, t.deleted), t.deleted),
    )  # fmt: skip
    return stack(own, twins(chunk, own, party, t.deleted == NULL, cut))


def twins(chunk: Chunk, own: Rows, party: np.ndarray, stays: np.ndarray, cut: int) -> Rows:
    """Second accounts of the same company: the name in another spelling, other telephone; some merged later."""
    created = own.created_on + 40 * SECONDS
    here = chunk.parties.twin_account[party] & (created < cut) & stays & (party > 2)
    rows = own.take(here)
    p = chunk.parties.take(party[here])
    merged_at = rows.created_on + 130 * SECONDS
    merged = p.merged_twin & (merged_at < cut)
    count = len(rows)
    return rows.add(
        merged_to=maybe(merged, rows.acc_id), acc_id=rows.acc_id + keys.TWINS,
        acc_name=texts([names.variant(n, k + 1) for n, k in zip(rows.acc_name, p.number.tolist(), strict=True)]),
        acc_kind=full(count, 1), lifecycle=full(count, "prospect"), tel=full(count, None), erp_no=full(count, None),
        uscc=maybe(p.number % 3 == 0, rows.uscc), mail=full(count, None), created_on=created[here],
        modified_on=maybe(merged, merged_at),
    )  # fmt: skip


def contacts(chunk: Chunk, cut: int) -> Rows:
    """The person in purchasing of every account, and a second one at larger customers."""
    times = account_times(chunk)
    party = np.flatnonzero(known(cut, times.created))
    parts = []
    for which in (0, 1):
        mine = party if which == 0 else party[(chunk.parties.size[party] > 1.6) & (chunk.parties.tax_id[party] != None)]  # noqa: E711
        p = chunk.parties.take(mine)
        changed = maybe(p.number % 17 == which, moment(p.moved - 9, 15 * 3600))
        has_changed = known(cut, changed) & (changed > times.created[mine])
        mobile = p.phone if which == 0 else names.telephones("199", chunk_number(p.gid))
        mobile = np.where(has_changed, texts([f"{m[:-4]}{(g * 37) % 10_000:04d}" for m, g in zip(mobile,
            p.gid.tolist(), strict=True)]), mobile)  # fmt: skip
        parts.append(
            Rows(
                person_id=(p.gid + 1) * 2 + which,
                acc_id=keys.account(p.gid),
                person_name=p.person if which == 0 else texts([n[::-1][:1] + "工" for n in p.person]),
                mail=p.email if which == 0 else texts([m.replace("purchase", "tech") for m in p.email]),
                mobile=mobile,
                position=texts([names.JOBS[(g + which) % 5] for g in p.gid.tolist()]),
                birthday=maybe(p.number % 4 == 0, 2000 + p.gid * 37 % 9000),
                opt_in=(p.number % 3 != 0).astype(np.int64),
                opt_in_until=maybe(p.number % 3 == 1, p.moved + 900),
                created_on=times.created[mine] + 60,
                modified_on=maybe(has_changed, changed),
            )
        )
    return stack(*parts)
