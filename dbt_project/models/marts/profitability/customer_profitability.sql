-- The capital charge is a cost that no ledger posts: what customers are charged stands against them as one
-- balancing line of the member 'unassigned', so that the sum of all members stays the ledger's profit before
-- overhead.
{%- set trailing = ['net_revenue', 'gross_margin', 'cost_to_serve', 'contribution_profit', 'net_profit'] %}
with context as (
    select capital_charge_rate from {{ ref('run_context') }}
),

amounts as (
    select
        months.*,
        {{ to_money('(months.receivable_opening + months.receivable_closing) * 0.5') }} as average_receivable
    from {{ ref('int_customer_month_amounts') }} as months
),

charges as (
    select
        amounts.customer_key,
        amounts.month_start,
        -- without payments nothing is known of what is still owed, and nothing is charged for it
        {%- set yearly = '(amounts.average_receivable * context.capital_charge_rate)' %}
        {{ share_of_money(yearly, 'amounts.days_seen', '365') }} as capital_charge
    from amounts
    cross join context
    where amounts.customer_key <> 'unassigned'
),

balanced as (
    select customer_key, month_start, capital_charge from charges
    union all
    select 'unassigned' as customer_key, month_start, cast(-sum(capital_charge) as decimal(18, 2)) as capital_charge
    from charges
    group by month_start
),

results as (
    select
        amounts.*,
        coalesce(balanced.capital_charge, 0) as capital_charge_amount,
        cast(amounts.contribution_profit - amounts.bad_debt_amount - amounts.fx_difference_amount
            - amounts.selling_allocated_amount - amounts.marketing_allocated_amount
            - coalesce(balanced.capital_charge, 0) as decimal(18, 2)) as net_profit
    from amounts
    left join balanced
        on balanced.customer_key = amounts.customer_key
        and balanced.month_start = amounts.month_start
),

final as (
    select
        month_start,
        as_of_date,
        customer_key,
        revenue_basis,
        net_revenue,
        cogs_amount,
        gross_margin,
        {{ safe_ratio('gross_margin', 'case when net_revenue > 0 then net_revenue end') }} as gross_margin_rate,
        service_cost_amount,
        -- what no source knows of a kind of cost is missing, and the result is before it
        {%- for column, record in [
            ('service_direct', 'service'), ('service_allocated', 'service'), ('selling', 'selling'), ('rebate', 'selling'),
            ('marketing', 'marketing'), ('selling_allocated', 'selling'), ('marketing_allocated', 'marketing'),
        ] %}
        cast(case when has_{{ record }}_costs then {{ column }}_amount end as decimal(18, 2)) as {{ column }}_amount,
        {%- endfor %}
        cost_to_serve,
        direct_cost_amount,
        contribution_profit,
        bad_debt_amount,
        fx_difference_amount,
        average_receivable,
        capital_charge_amount,
        net_profit,
        collected_amount,
        receivable_closing,
        {%- for column in trailing %}
        cast(sum({{ column }}) over (
            partition by customer_key order by month_start rows between 11 preceding and current row
        ) as decimal(18, 2)) as trailing_12_month_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from results
)

select * from final
