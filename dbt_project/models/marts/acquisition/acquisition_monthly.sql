with context as (

    select run.as_of_date, record.proven_from_date
    from {{ ref('run_context') }} as run
    cross join {{ ref('int_activity_record') }} as record

),

leads as (

    select
        {{ month_start('leads.created_date') }} as month_start,
        leads.channel,
        leads.owner_id,
        sum(case when leads.lead_outcome <> 'merged' then 1 else 0 end) as new_leads,
        {%- for outcome in ['merged', 'existing', 'converted', 'converted_late', 'lost', 'open'] %}
        sum(case when leads.lead_outcome = '{{ outcome }}' then 1 else 0 end) as {{ outcome }}_leads,
        {%- endfor %}
        sum(case when leads.lead_outcome <> 'merged' and leads.first_response_at is not null then 1 else 0 end) as answered_leads,
        {{ median_of("case when leads.lead_outcome <> 'merged' then leads.first_response_hours end") }} as median_response_hours,
        {{ median_of("case when leads.lead_outcome <> 'merged' then leads.first_response_business_hours end") }}
            as median_response_business_hours
    from {{ ref('fct_leads') }} as leads
    cross join context
    where leads.created_date <= context.as_of_date
    group by {{ month_start('leads.created_date') }}, leads.channel, leads.owner_id

),

customers as (

    select
        {{ month_start('first_active_date') }} as month_start,
        channel,
        owner_id,
        count(*) as new_customers
    from {{ ref('int_first_touches') }}
    cross join context
    where first_active_date <= context.as_of_date
    group by {{ month_start('first_active_date') }}, channel, owner_id

),

-- money is spent on a channel, not by a sales person
spend as (

    select
        {{ month_start('costs.cost_date') }} as month_start,
        costs.channel,
        'unassigned' as owner_id,
        sum(costs.amount) as spend_amount
    from {{ ref('fct_marketing_costs') }} as costs
    cross join context
    where costs.cost_date <= context.as_of_date
    group by {{ month_start('costs.cost_date') }}, costs.channel

),

grain as (

    select month_start, channel, owner_id from leads
    union
    select month_start, channel, owner_id from customers
    union
    select month_start, channel, owner_id from spend

),

final as (

    select
        grain.month_start,
        grain.channel,
        grain.owner_id,
        {%- for column in ['new', 'merged', 'existing', 'converted', 'converted_late', 'lost', 'open', 'answered'] %}
        cast(coalesce(leads.{{ column }}_leads, 0) as bigint) as {{ column }}_leads,
        {%- endfor %}
        cast(coalesce(leads.new_leads - leads.answered_leads, 0) as bigint) as waiting_leads,
        {{ add_days(last_day('grain.month_start'), lead_window_days()) }} >= context.as_of_date as is_conversion_immature,
        case
            when grain.month_start >= context.proven_from_date
                then {{ safe_ratio('leads.converted_leads', 'leads.new_leads - leads.existing_leads') }}
        end as lead_conversion_rate,
        leads.median_response_hours,
        leads.median_response_business_hours,
        cast(coalesce(customers.new_customers, 0) as bigint) as new_customers,
        {{ if_brought('marketing_costs', 'spend.spend_amount', 'decimal(18, 2)') }} as spend_amount
    from grain
    cross join context
    cross join {{ ref('int_brought') }} as brought
    left join leads
        on grain.month_start = leads.month_start and grain.channel = leads.channel and grain.owner_id = leads.owner_id
    left join customers
        on grain.month_start = customers.month_start and grain.channel = customers.channel and grain.owner_id = customers.owner_id
    left join spend
        on grain.month_start = spend.month_start and grain.channel = spend.channel and grain.owner_id = spend.owner_id

)

select * from final
