{{ config(schema='marts') }}

with applications as (

    select applications.*
    from {{ ref('fct_payment_allocations') }} as applications
    cross join {{ ref('run_context') }} as context
    where applications.collection_days is not null
        and applications.effective_date <= context.as_of_date
        -- what was undone was not collected
        and (applications.reversed_date is null or applications.reversed_date > context.as_of_date)

),

final as (

    select
        applications.allocation_key,
        applications.effective_date,
        {{ customer_segments(['channel', 'region', 'owner', 'tier', 'customer_type']) }},
        applications.allocated_amount,
        cast(applications.allocated_amount * applications.collection_days as decimal(38, 2)) as collection_days_amount
    from applications
    {{ join_segments('applications', 'applications.effective_date') }}

)

select * from final
