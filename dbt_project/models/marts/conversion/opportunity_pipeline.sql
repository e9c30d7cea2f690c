{%- set flows = ['created', 'reopened', 'transferred_in', 'transferred_out', 'won', 'lost', 'disqualified'] %}
with converted as (

    -- what has no rate is in no total, and the bridge closes without it
    select
        snapshot_date,
        owner_id,
        pipeline,
        currency,
        {%- for flow in flows %}
        {{ flow }}_count,
        coalesce({{ to_money(flow ~ '_amount * rate') }}, 0) as {{ flow }}_amount,
        {%- endfor %}
        coalesce({{ to_money('changed_amount * rate') }}, 0) as amount_change,
        closing_count,
        coalesce({{ to_money('closing_amount * rate') }}, 0) as closing_amount,
        case when rate is null and closing_amount <> 0 then 1 else 0 end as missing_rates
    from {{ ref('int_pipeline_days') }}

),

opened as (

    select
        *,
        coalesce(lag(closing_count) over life, 0) as opening_count,
        coalesce(lag(closing_amount) over life, 0) as opening_amount
    from converted
    window life as (partition by owner_id, pipeline, currency order by snapshot_date)

),

final as (

    select
        snapshot_date,
        owner_id,
        pipeline,
        snapshot_date = {{ last_day('snapshot_date') }} as is_month_end,
        cast(sum(opening_count) as bigint) as opening_count,
        {%- for flow in flows %}
        cast(sum({{ flow }}_count) as bigint) as {{ flow }}_count,
        {%- endfor %}
        cast(sum(closing_count) as bigint) as closing_count,
        cast(sum(opening_amount) as decimal(18, 2)) as opening_amount,
        {%- for flow in flows %}
        -- what leaves is told as a positive amount that the bridge takes off
        cast(sum({{ '-' if flow in ['transferred_out', 'won', 'lost', 'disqualified'] else '' }}{{ flow }}_amount) as decimal(18, 2))
            as {{ flow }}_amount,
        {%- endfor %}
        cast(sum(amount_change) as decimal(18, 2)) as amount_change,
        -- what the change of the rate did to yesterday's balance, and the cents of converting each line
        cast(sum(
            closing_amount - opening_amount - amount_change
            {%- for flow in flows %} - {{ flow }}_amount{% endfor %}
        ) as decimal(18, 2)) as currency_effect,
        cast(sum(closing_amount) as decimal(18, 2)) as closing_amount,
        max(missing_rates) = 1 as is_missing_rate
    from opened
    group by snapshot_date, owner_id, pipeline

)

select * from final
