{%- set dimensions = {'total': "'total'", 'channel': 'channel', 'owner': 'owner', 'team': 'team', 'region': 'region',
    'product_line': 'product_line'} %}
with lost as (

    select {{ month_start('closed_date') }} as month_start, loss_reason, decided_amount, channel, owner, team, region, product_line
    from {{ ref('int_metric_closed_opportunities') }}
    where is_lost = 1

),

members as (
    {%- for name, member in dimensions.items() %}
    select month_start, '{{ name }}' as dimension_name, {{ member }} as dimension_value, loss_reason, decided_amount
    from lost
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

counted as (

    select
        month_start,
        dimension_name,
        dimension_value,
        loss_reason,
        count(*) as lost_count,
        coalesce(sum(decided_amount), 0) as lost_amount
    from members
    group by month_start, dimension_name, dimension_value, loss_reason

),

final as (

    select
        month_start,
        dimension_name,
        dimension_value,
        loss_reason,
        cast(lost_count as bigint) as lost_count,
        cast(lost_amount as decimal(18, 2)) as lost_amount,
        cast(sum(lost_count) over (partition by month_start, dimension_name, dimension_value) as bigint) as member_lost_count,
        {{ safe_ratio('lost_count', 'sum(lost_count) over (partition by month_start, dimension_name, dimension_value)') }} as lost_share
    from counted

)

select * from final
