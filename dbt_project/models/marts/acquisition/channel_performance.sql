with context as (

    select run.as_of_date, record.proven_from_date
    from {{ ref('run_context') }} as run
    cross join {{ ref('int_activity_record') }} as record

),

acquired as (

    select
        month_start,
        channel,
        sum(new_leads) as new_leads,
        sum(existing_leads) as existing_leads,
        sum(converted_leads) as converted_leads,
        sum(new_customers) as new_customers,
        sum(spend_amount) as spend_amount
    from {{ ref('acquisition_monthly') }}
    group by month_start, channel

),

credited as (

    select
        converted_month as month_start,
        channel,
        sum(case when attribution_model = 'linear' then credit else 0 end) as conversion_credit,
        sum(case when attribution_model = 'linear' then margin_amount else 0 end) as margin_amount,
        {%- for model in ['first', 'last', 'position'] %}
        sum(case when attribution_model = '{{ model }}' then margin_amount else 0 end) as {{ model }}_margin_amount{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('attribution_credits') }}
    group by converted_month, channel

),

grain as (

    select month_start, channel from acquired
    union
    select month_start, channel from credited

),

-- before the record proves a new customer nobody is one, whatever was spent
final as (

    select
        grain.month_start,
        grain.channel,
        cast(coalesce(acquired.new_leads, 0) as bigint) as new_leads,
        cast(coalesce(acquired.existing_leads, 0) as bigint) as existing_leads,
        cast(coalesce(acquired.converted_leads, 0) as bigint) as converted_leads,
        case
            when grain.month_start >= context.proven_from_date
                then {{ safe_ratio('acquired.converted_leads', 'acquired.new_leads - acquired.existing_leads') }}
        end as lead_conversion_rate,
        {{ add_days(last_day('grain.month_start'), lead_window_days()) }} >= context.as_of_date as is_conversion_immature,
        cast(coalesce(acquired.new_customers, 0) as bigint) as new_customers,
        cast(coalesce(credited.conversion_credit, 0) as decimal(18, 6)) as conversion_credit,
        {{ if_brought('marketing_costs', 'acquired.spend_amount', 'decimal(18, 2)') }} as spend_amount,
        case
            when grain.month_start >= context.proven_from_date
                then {{ safe_ratio('acquired.spend_amount', 'acquired.new_customers') }}
        end as spend_per_new_customer,
        -- a margin that is not known is no margin of zero, and no loss of all that was spent
        cast(case
            when not bases.names_cogs then null
            when grain.channel = 'unattributed' then 0
            else coalesce(credited.margin_amount, 0)
        end as decimal(18, 2)) as attributed_margin,
        cast(case
            when not bases.names_cogs then null
            when grain.channel = 'unattributed' then coalesce(credited.margin_amount, 0)
            else 0
        end as decimal(18, 2)) as unattributed_margin,
        {%- for model in ['first', 'last', 'position'] %}
        cast(case
            when not bases.names_cogs then null
            when grain.channel = 'unattributed' then 0
            else coalesce(credited.{{ model }}_margin_amount, 0)
        end as decimal(18, 2)) as {{ model }}_attributed_margin,
        {%- endfor %}
        case
            when grain.month_start >= context.proven_from_date and bases.names_cogs
                then {{ safe_ratio('coalesce(credited.margin_amount, 0) - acquired.spend_amount', 'acquired.spend_amount') }}
        end as marketing_roi,
        {{ add_months('grain.month_start', attribution_horizon_months()) }} > context.as_of_date as is_horizon_open
    from grain
    cross join context
    cross join {{ ref('int_profit_bases') }} as bases
    cross join {{ ref('int_brought') }} as brought
    left join acquired on grain.month_start = acquired.month_start and grain.channel = acquired.channel
    left join credited on grain.month_start = credited.month_start and grain.channel = credited.channel

)

select * from final
