with final as (

    select
        customer_key,
        min(active_from) as first_active_date
    from {{ ref('int_activity_spells') }}
    where customer_key <> 'unassigned'
    group by customer_key

)

select * from final
