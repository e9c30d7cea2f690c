"""The published figures against what really happened in the simulation."""

import pytest

# Customers as the pipeline sees them: each true customer under the key that most of its ERP and CRM records carry.
KEYED = """
with records as (
    select who.true_customer_id, map.customer_key, count(*) as records
    from truth_who_is_who as who
    inner join published.identity.customer_identity_map as map
        on map.source_system = who.source_system and map.entity = who.entity and map.source_key = who.source_key
        and map.valid_to is null
    where who.entity in ('crm_accounts', 'erp_customers')
    group by all
),

keyed as (
    select true_customer_id, customer_key
    from records
    qualify row_number() over (partition by true_customer_id order by records desc, customer_key) = 1
)
"""


@pytest.mark.parametrize(
    ("account_class", "truth"),
    [("revenue", "revenue"), ("cogs", "cogs")],
)
def test_money_of_each_month_equals_the_truth_after_the_held_back_line(published_company, account_class, truth):
    rows = published_company.with_truth(f"""
        with truth as (select month_start, sum({truth}) as amount from truth_customer_months group by all),
        tie as (
            select month_start, sum(marts_amount) as amount, sum(held_value) as held
            from published.quality.reconciliation
            where scope = 'ledger' and account_class = '{account_class}' group by all
        )
        select truth.month_start, truth.amount, tie.amount, tie.held
        from truth full join tie using (month_start)
        where coalesce(truth.amount, 0) <> coalesce(abs(tie.amount) + tie.held, 0)
    """)
    assert rows == []


def test_receivables_of_every_month_end_equal_the_truth_after_the_held_back_line(published_company):
    rows = published_company.with_truth("""
        select tie.month_start, truth.receivable, tie.marts_amount, tie.held_value
        from published.quality.reconciliation as tie
        inner join truth_receivable_by_day as truth on truth.day = least(last_day(tie.month_start), date '2026-06-30')
        where tie.scope = 'ledger' and tie.account_class = 'receivable'
            and truth.receivable <> tie.marts_amount + tie.held_value
    """)
    assert rows == []
    [(months,)] = published_company.query(
        "select count(*) from quality.reconciliation where scope = 'ledger' and account_class = 'receivable'"
    )
    assert months == 36


def test_revenue_of_each_customer_equals_the_truth(published_company):
    """Customers whose records are all linked and none of whose documents is held back; nearly all are."""
    rows = published_company.with_truth(f"""
        {KEYED},
        alone as (select customer_key from keyed group by all having count(*) = 1),
        truth as (
            select keyed.customer_key, sum(months.revenue) as revenue
            from truth_customer_months as months inner join keyed using (true_customer_id)
            where keyed.customer_key in (select customer_key from alone) group by all
        ),
        found as (
            select customer_key, sum(net_revenue) as revenue
            from published.marts.customer_profitability group by all
        )
        select count(*), count(*) filter (where truth.revenue = coalesce(found.revenue, 0))
        from truth left join found using (customer_key)
        where truth.revenue <> 0
    """)
    [(customers, equal)] = rows
    assert customers > 100
    assert equal / customers > 0.97


def test_the_other_money_of_each_customer_equals_the_truth(published_company):
    """Goods, receipts and billings of customers whose records are all linked, over all months."""
    [(customers, *equal)] = published_company.with_truth(f"""
        {KEYED},
        alone as (select customer_key from keyed group by all having count(*) = 1),
        truth as (
            select customer_key, sum(cogs) as cogs, sum(collected) as collected, sum(billed_gross) as billed
            from truth_customer_months inner join keyed using (true_customer_id)
            where customer_key in (select customer_key from alone) group by all
        ),
        found as (
            select customer_key, sum(cogs_amount) as cogs, sum(collected_amount) as collected,
                sum(billed_gross_amount) as billed
            from published.core.customer_months group by all
        )
        select
            count(*), count(*) filter (truth.cogs = found.cogs), count(*) filter (truth.collected = found.collected),
            count(*) filter (truth.billed = found.billed)
        from truth inner join found using (customer_key)
        where truth.billed <> 0
    """)
    assert customers > 100
    assert min(equal) / customers > 0.95


def test_the_receivable_of_each_customer_at_each_month_end_equals_the_truth(published_company):
    """What differs is of invoices that are held back."""
    [(months, equal)] = published_company.with_truth(f"""
        {KEYED},
        alone as (select customer_key from keyed group by all having count(*) = 1)
        select count(*), count(*) filter (truth.receivable_closing = found.receivable_closing)
        from truth_customer_months as truth
        inner join keyed using (true_customer_id)
        inner join alone using (customer_key)
        inner join published.core.customer_months as found using (customer_key, month_start)
        where truth.receivable_closing <> 0
    """)
    assert months > 1500
    assert equal / months > 0.97


def test_receipts_of_each_month_equal_the_truth_and_billings_after_what_is_held_back(published_company):
    rows = published_company.with_truth("""
        with truth as (
            select month_start, sum(billed_gross) as billed, sum(collected) as collected
            from truth_customer_months group by all
        ),
        found as (
            select month_start, sum(billed_gross_amount) as billed, sum(collected_amount) as collected
            from published.core.customer_months group by all
        ),
        -- of a balance, what came new to be held back in the month
        held as (
            select month_start, held_value - coalesce(lag(held_value) over (order by month_start), 0) as billed
            from published.quality.reconciliation where scope = 'ledger' and account_class = 'receivable'
        )
        select month_start, truth.collected - found.collected as collected, truth.billed - found.billed - held.billed
        from truth inner join found using (month_start) left join held using (month_start)
        where truth.collected <> found.collected
            or truth.billed - found.billed <> coalesce(held.billed, 0)
    """)
    assert rows == []


def test_leads_and_deals_of_each_month_equal_the_truth(published_company):
    """Counts exactly, but for leads that are held back; amounts in the currency of the document, to the cent."""
    rows = published_company.with_truth("""
        with deals as (
            select
                date_trunc('month', closed_date)::date as month_start,
                count(*) filter (outcome = 'won') as won, count(*) filter (outcome = 'lost') as lost,
                count(*) filter (outcome = 'disqualified') as dropped,
                sum(document_amount) filter (outcome = 'won') as amount
            from published.core.fct_opportunities where closed_date is not null group by all
        ),
        converted as (
            select date_trunc('month', converted_date)::date as month_start, count(*) as leads
            from published.core.fct_leads where converted_date is not null group by all
        )
        select month_start from truth_sales_by_month as truth
        left join deals using (month_start) left join converted using (month_start)
        where (truth.opportunities_won, truth.opportunities_lost, truth.opportunities_dropped, truth.amount_won)
                <> (coalesce(won, 0), coalesce(lost, 0), coalesce(dropped, 0), coalesce(amount, 0))
            or truth.converted_leads <> coalesce(converted.leads, 0)
    """)
    assert rows == []
    [(missing, surplus)] = published_company.with_truth("""
        select
            sum(truth.leads - value) filter (truth.leads > value), sum(value - truth.leads) filter (truth.leads < value)
        from truth_sales_by_month as truth
        inner join published.metrics.metric_values as figures on figures.period_start = truth.month_start
        where metric_name = 'new_leads' and period_grain = 'month' and dimension_name = 'total' and variant = 'default'
    """)
    held = "select count(distinct key) from quality.quarantined_rows where entity = 'crm_leads'"
    assert (missing, surplus) == (*published_company.query(held)[0], None)


def test_metrics_of_won_and_lost_deals_are_those_counts(published_company):
    rows = published_company.with_truth("""
        select metric_name, figures.period_start, figures.value
        from truth_sales_by_month as truth
        inner join published.metrics.metric_values as figures on figures.period_start = truth.month_start
        where period_grain = 'month' and dimension_name = 'total' and variant = 'default'
            and ((metric_name = 'won_opportunities' and value <> truth.opportunities_won)
                or (metric_name = 'lost_opportunities' and value <> truth.opportunities_lost))
    """)
    assert rows == []


def test_new_customers_of_each_month_are_those_who_really_began_and_nobody_in_the_first_year_of_the_record(
    published_company,
):
    """Truth knows who was a customer before the record begins: he has no customer_since."""
    [(immature, months, different)] = published_company.with_truth(f"""
        {KEYED},
        firsts as (
            select customer_key, min(day) as day, bool_or(customers.customer_since is null) as is_old
            from truth_active_customers
            inner join keyed using (true_customer_id) inner join truth_customers as customers using (true_customer_id)
            where rule = 'b2b_project' group by all
        ),
        truth as (
            select date_trunc('month', day)::date as month_start, count(*) filter (not is_old) as customers
            from firsts group by all
        )
        select
            count(*) filter (figures.null_reason = 'immature'),
            count(figures.value),
            count(*) filter (abs(truth.customers - figures.value) > 1)
        from truth
        inner join published.metrics.metric_values as figures on figures.period_start = truth.month_start
        where metric_name = 'new_customers' and period_grain = 'month' and dimension_name = 'total'
            and variant = 'default'
    """)
    assert immature >= 12
    assert months > 10
    assert different == 0


def test_who_left_for_slow_service_is_known_by_his_complaints(published_company):
    """A cause is read from the traces it left: it finds most of those, and calls hardly anybody else so."""
    found = dict(
        published_company.with_truth(f"""
            {KEYED}
            select truth.reason, round(avg(case when causes.primary_cause = 'complaint' then 1.0 else 0 end), 2)
            from truth_churn as truth
            inner join keyed using (true_customer_id)
            inner join published.marts.churn_causes as causes using (customer_key)
            group by all
        """)
    )
    assert found["slow_service"] >= 0.5
    assert all(share < found["slow_service"] for reason, share in found.items() if reason != "slow_service")


def test_active_customers_of_each_month_equal_the_truth_through_the_identity_map(published_company):
    rows = published_company.with_truth(f"""
        {KEYED},
        truth as (
            select day, count(distinct coalesce(keyed.customer_key, active.true_customer_id)) as customers
            from truth_active_customers as active left join keyed using (true_customer_id)
            where rule = 'b2b_project' group by all
        ),
        found as (
            select last_day(period_start) as day, count(*) filter (where is_closing_active = 1) as customers
            from published.core.customer_periods where period_grain = 'month' group by all
        )
        select truth.day, truth.customers, found.customers
        from truth inner join found using (day)
        where abs(truth.customers - found.customers) > 1
    """)
    assert rows == []


def test_identity_joins_hardly_anything_wrongly_and_finds_nearly_everything(published_company):
    """Precision and recall over pairs of records that carry an exact link."""
    [(right, joined, linkable)] = published_company.with_truth("""
        with records as (
            select who.true_customer_id, who.link, map.customer_key, who.entity || who.source_key as record
            from truth_who_is_who as who
            inner join published.identity.customer_identity_map as map
                on map.source_system = who.source_system and map.entity = who.entity
                and map.source_key = who.source_key and map.valid_to is null
            where who.entity in ('crm_accounts', 'erp_customers')
        ),
        pairs as (
            select
                one.true_customer_id = other.true_customer_id as is_true,
                one.customer_key = other.customer_key as is_joined,
                'not_exactly' in (one.link, other.link) as is_hard
            from records as one inner join records as other on one.record < other.record
            where one.true_customer_id = other.true_customer_id or one.customer_key = other.customer_key
        )
        select
            count(*) filter (where is_true and is_joined and not is_hard),
            count(*) filter (where is_joined),
            count(*) filter (where is_true and not is_hard)
        from pairs
    """)
    assert right / joined >= 0.99
    assert right / linkable >= 0.95


def test_the_big_customer_with_thin_margin_earns_less_than_one_half_his_size(published_company):
    rows = published_company.with_truth(f"""
        {KEYED}
        select customers.golden_role, sum(result.net_revenue), sum(result.contribution_profit)
        from truth_customers as customers
        inner join keyed using (true_customer_id)
        inner join published.marts.customer_profitability as result using (customer_key)
        where customers.golden_role in ('big_and_poor', 'half_the_size') group by all order by 1
    """)
    (_, big_revenue, big_profit), (_, half_revenue, half_profit) = rows
    assert big_revenue > half_revenue * 3 / 2
    assert big_profit < half_profit
