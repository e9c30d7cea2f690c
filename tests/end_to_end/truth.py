"""The simulation's truth as the pipeline can know it: through its own identity map, less what was spoiled."""

# Each true customer under the key of his ERP records; a test shows that this is one key each, and his alone.
KEYED = """
with keyed as (
    select distinct who.true_customer_id, map.customer_key
    from truth_who_is_who as who
    inner join published.identity.customer_identity_map as map
        on map.source_system = who.source_system and map.entity = who.entity and map.source_key = who.source_key
        and map.valid_to is null
    where who.entity = 'erp_customers'
)"""

# Invoices that no customer has in the warehouse: held back, or written to a code that is not there.
LOST = """
lost as (
    select invoices.*, planted.kind <> 'invoice_of_nobody' as is_held
    from truth_planted_defects as planted
    inner join truth_invoices as invoices on invoices.invoice_id = planted.key
    where planted.entity = 'erp_invoices' and planted.kind <> 'late_row'
),

-- what lacks for them on the last day of a month: a receipt stays without an invoice that is held back, while one of
-- nobody is settled by it
lost_open as (
    select lost.invoice_id, lost.true_customer_id, lost.is_held, months.month_start,
        max(lost.gross) - coalesce(sum(settled.amount) filter (not lost.is_held), 0) as amount
    from lost
    inner join (select distinct month_start from truth_customer_months) as months
        on lost.day <= last_day(months.month_start)
    left join truth_settlements as settled
        on settled.invoice_id = lost.invoice_id and settled.day <= last_day(months.month_start)
    group by lost.invoice_id, lost.true_customer_id, lost.is_held, months.month_start
)"""

# Ledger entries that are held back, with the customer and month whose revenue lacks them (credit is negative).
HELD_ENTRIES = """
held_entries as (
    select true_customer_id, date_trunc('month', day)::date as month_start, -sum(money) as revenue
    from truth_planted_defects where entity = 'erp_gl_entries' group by all
),

revenue as (
    select months.true_customer_id, months.month_start, months.revenue - coalesce(held.revenue, 0) as revenue
    from truth_customer_months as months
    left join held_entries as held using (true_customer_id, month_start)
)"""

# Confirmed orders that came through.
ORDERS = """
orders as (
    select * from truth_orders
    where is_confirmed and not is_cancelled
        and order_id not in (
            select key from truth_planted_defects where entity = 'erp_orders' and kind <> 'future_order_change'
        )
)"""

ENDS = """
ends as (select distinct day, date_trunc('month', day)::date as month_start from truth_active_customers)"""

# Who was active at each month's end by the invoices that the warehouse has.
ACTIVE = f"""
{ENDS},

active as (
    select distinct ends.day, ends.month_start, invoices.true_customer_id
    from ends
    inner join truth_invoices as invoices on invoices.day <= ends.day and invoices.day > ends.day - 365
    where invoices.reversed_on is null and invoices.invoice_id not in (select invoice_id from lost)
)"""


def figures(metric: str, grain: str = "month", variant: str = "default") -> str:
    """A query of the published figures of a metric in total."""
    return f"""(
        select period_start as month_start, value, numerator, denominator, null_reason
        from published.metrics.metric_values
        where metric_name = '{metric}' and period_grain = '{grain}' and dimension_name = 'total'
            and variant = '{variant}'
    )"""
