{%- set lines = [
    'net_revenue', 'cogs', 'service_time', 'service_direct', 'selling', 'rebate', 'marketing', 'bad_debt', 'fx_difference',
] %}
with entries as (
    select * from {{ ref('int_profit_entries') }}
),

summed as (
    select
        customer_key,
        month_start,
        -- a bridge to the ledger does not change what a customer's own revenue rests on
        coalesce(
            min(case when line = 'net_revenue' and basis <> 'bridge' then basis end),
            min(case when line = 'net_revenue' then basis end)
        ) as revenue_basis,
        {%- for line in lines %}
        {{ money_where("line = '" ~ line ~ "'") }} as {{ line if line == 'net_revenue' else line ~ '_amount' }}{{ ',' if not loop.last }}
        {%- endfor %}
    from entries
    group by customer_key, month_start
)

select * from summed
