-- The customer bridge: opening + new + first seen + reactivated - churned + transferred in - transferred out = closing,
-- in total and per member of each dimension. Who stays but changes member is a transfer.
with months as (
    select * from {{ ref('customer_periods') }} where period_grain = 'month' and customer_key <> 'unassigned'
),

cells as (
    select
        period_start as month_start, is_complete, 'total' as dimension_name, 'total' as dimension_value,
        is_opening_active as opening, is_new as new, is_first_seen as first_seen, is_reactivated as reactivated,
        is_churned as churned, is_retained as retained,
        0 as transferred_in, 0 as transferred_out, is_closing_active as closing, is_in_and_out as in_and_out
    from months
    {%- for dimension in customer_dimensions() %}
    union all
    select
        period_start, is_complete, '{{ dimension }}', {{ dimension }}_at_start,
        is_opening_active, 0, 0, 0, is_churned, is_retained,
        0, case when {{ dimension }} <> {{ dimension }}_at_start then is_retained else 0 end, 0, 0
    from months
    where is_opening_active = 1
    union all
    select
        period_start, is_complete, '{{ dimension }}', {{ dimension }},
        0, is_new, is_first_seen, is_reactivated, 0, 0,
        case when {{ dimension }} <> {{ dimension }}_at_start then is_retained else 0 end, 0,
        is_closing_active, is_in_and_out
    from months
    where is_opening_active = 0 or is_closing_active = 1
    {%- endfor %}
),

summed as (
    select
        month_start,
        is_complete,
        dimension_name,
        dimension_value,
        {%- for count in [
            'opening', 'new', 'first_seen', 'reactivated', 'churned', 'transferred_in', 'transferred_out', 'closing',
            'retained', 'in_and_out',
        ] %}
        cast(sum({{ count }}) as bigint) as {{ count }}_customers{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    group by month_start, is_complete, dimension_name, dimension_value
),

final as (
    select
        summed.*,
        -- whoever left before the record could show him is in no opening set
        {%- for rate, part in [('retention_rate', 'retained'), ('churn_rate', 'churned')] %}
        case when summed.month_start >= record.proven_from_date
            then {{ safe_ratio('summed.' ~ part ~ '_customers', 'summed.opening_customers') }} end as {{ rate }}{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
    cross join {{ ref('int_activity_record') }} as record
    where opening_customers + closing_customers + in_and_out_customers > 0
)

select * from final
