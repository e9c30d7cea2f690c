-- What the shares of customers are shares of: the company's results of the last twelve months, with what is unassigned.
with months as (
    select
        month_start,
        {%- for column in ['contribution_profit', 'net_revenue', 'receivable_closing'] %}
        sum({{ column }}) as {{ column }},
        sum(case when customer_key = 'unassigned' then {{ column }} when {{ column }} is not null then 0 end) as unassigned_{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_month_amounts') }}
    group by month_start
),

final as (
    select
        month_start,
        {%- for part in ['', 'unassigned_'] %}
        {%- for column in ['contribution_profit', 'net_revenue'] %}
        cast(sum({{ part }}{{ column }}) over (order by month_start rows between 11 preceding and current row) as decimal(18, 2))
            as {{ part }}{{ column }},
        {%- endfor %}
        cast({{ part }}receivable_closing as decimal(18, 2)) as {{ part }}receivable{{ ',' if not loop.last }}
        {%- endfor %}
    from months
)

select * from final
