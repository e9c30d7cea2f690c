{%- set sizes = [1, 3, 5, 10, 20] %}
with customers as (
    select
        months.customer_key,
        months.month_start,
        {{ if_revenue('coalesce(ranks.trailing_net_revenue, 0)') }} as net_revenue,
        months.receivable_closing,
        row_number() over (
            partition by months.month_start order by coalesce(ranks.trailing_net_revenue, 0) desc, months.customer_key
        ) as revenue_rank
    from {{ ref('customer_months') }} as months
    cross join {{ ref('int_profit_bases') }} as bases
    left join {{ ref('int_customer_tier_months') }} as ranks
        on ranks.customer_key = months.customer_key and ranks.month_start = months.month_start
    where months.customer_key <> 'unassigned'
),

tops as (
    {%- for size in sizes %}
    select
        month_start,
        {{ size }} as top_n,
        count(*) as top_customers,
        sum(net_revenue) as top_revenue,
        sum(receivable_closing) as top_receivable
    from customers
    where revenue_rank <= {{ size }}
    group by month_start
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        tops.month_start,
        cast(tops.top_n as bigint) as top_n,
        cast(tops.top_customers as bigint) as top_customers,
        {%- for amount, total in [('revenue', 'net_revenue'), ('receivable', 'receivable')] %}
        cast(tops.top_{{ amount }} as decimal(18, 2)) as top_{{ amount }},
        cast(totals.{{ total }} - totals.unassigned_{{ total }} - tops.top_{{ amount }} as decimal(18, 2)) as rest_{{ amount }},
        cast(totals.unassigned_{{ total }} as decimal(18, 2)) as unassigned_{{ amount }},
        cast(totals.{{ total }} as decimal(18, 2)) as total_{{ amount }},
        case when totals.{{ total }} > 0 then {{ safe_ratio('tops.top_' ~ amount, 'totals.' ~ total) }} end as {{ amount }}_share
        {{- ',' if not loop.last }}
        {%- endfor %}
    from tops
    inner join {{ ref('int_value_totals') }} as totals on totals.month_start = tops.month_start
)

select * from final
