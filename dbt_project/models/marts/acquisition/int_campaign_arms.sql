with context as (

    select as_of_date from {{ ref('run_context') }}

),

-- one customer is one subject of the test, however many of his people are in the audience
subjects as (

    select
        source_system,
        campaign_id,
        case when customer_key <> 'unassigned' then customer_key else concat('member|', coalesce(lead_id, member_id)) end as subject,
        case when count(distinct arm) > 1 then 'excluded' else min(arm) end as arm,
        min(customer_key) as customer_key,
        min(assigned_date) as assigned_date,
        max(case when touched_date is not null then 1 else 0 end) as is_touched,
        max(case when responded_date is not null then 1 else 0 end) as is_responded
    from {{ ref('fct_campaign_members') }}
    group by
        source_system,
        campaign_id,
        case when customer_key <> 'unassigned' then customer_key else concat('member|', coalesce(lead_id, member_id)) end

),

buyers as (

    select distinct subjects.source_system, subjects.campaign_id, subjects.subject
    from subjects
    inner join {{ ref('int_purchases') }} as purchases
        on subjects.customer_key = purchases.customer_key
        and purchases.purchase_date > subjects.assigned_date
        and purchases.purchase_date <= {{ add_days('subjects.assigned_date', campaign_window_days()) }}
    where subjects.customer_key <> 'unassigned'

),

-- who bought in the year before: something that an assignment by chance cannot have looked at
earlier_buyers as (

    select distinct subjects.source_system, subjects.campaign_id, subjects.subject
    from subjects
    inner join {{ ref('int_purchases') }} as purchases
        on subjects.customer_key = purchases.customer_key
        and purchases.purchase_date < subjects.assigned_date
        and purchases.purchase_date >= {{ add_days('subjects.assigned_date', -365) }}
    where subjects.customer_key <> 'unassigned'

),

final as (

    select
        subjects.source_system,
        subjects.campaign_id,
        count(*) as audience,
        {%- for arm in ['treated', 'control', 'excluded'] %}
        sum(case when subjects.arm = '{{ arm }}' then 1 else 0 end) as {{ arm }},
        {%- endfor %}
        sum(case when subjects.arm = 'treated' then subjects.is_touched else 0 end) as touched,
        sum(case when subjects.arm = 'treated' then subjects.is_responded else 0 end) as responded,
        -- who bought is not known where no source brings purchases
        {%- for arm in ['treated', 'control'] %}
        {%- for kind in ['buyers', 'earlier_buyers'] %}
        sum(case when not brought.has_purchases then null when subjects.arm = '{{ arm }}' and {{ kind }}.subject is not null then 1 else 0 end)
            as {{ arm }}_{{ kind }},
        {%- endfor %}
        {%- endfor %}
        max({{ add_days('subjects.assigned_date', campaign_window_days()) }}) >= max(context.as_of_date) as is_window_open
    from subjects
    cross join context
    cross join {{ ref('int_brought') }} as brought
    left join buyers
        on subjects.source_system = buyers.source_system
        and subjects.campaign_id = buyers.campaign_id
        and subjects.subject = buyers.subject
    left join earlier_buyers
        on subjects.source_system = earlier_buyers.source_system
        and subjects.campaign_id = earlier_buyers.campaign_id
        and subjects.subject = earlier_buyers.subject
    where subjects.assigned_date <= context.as_of_date
    group by subjects.source_system, subjects.campaign_id

)

select * from final
