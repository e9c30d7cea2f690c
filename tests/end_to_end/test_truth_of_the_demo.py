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
