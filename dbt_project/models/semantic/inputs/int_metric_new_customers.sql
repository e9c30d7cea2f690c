{{ config(schema='marts') }}

with starts as (

    select starts.*
    from {{ ref('int_first_touches') }} as starts
    cross join {{ ref('run_context') }} as context
    where starts.first_active_date <= context.as_of_date

),

-- what was billed ahead of the first day and in the first 90 days, less what was credited in them
first_money as (

    select starts.customer_key, sum(invoices.net_amount) as net_amount
    from starts
    inner join {{ ref('fct_invoices') }} as invoices
        on starts.customer_key = invoices.customer_key
        and invoices.is_posted
        and invoices.invoice_date >= {{ billed_ahead_from('starts.first_active_date') }}
        and invoices.invoice_date < {{ add_days('starts.first_active_date', monetisation_window_days()) }}
    group by starts.customer_key

),

final as (

    select
        starts.customer_key,
        starts.first_active_date,
        {{ segment('starts.channel') }} as channel,
        {{ segment('starts.owner_id') }} as owner,
        {{ customer_segments(['region', 'customer_type']) }},
        {{ as_flag('first_money.net_amount > 0') }} as is_monetised
    from starts
    left join first_money on starts.customer_key = first_money.customer_key
    {{ join_segments('starts', 'starts.first_active_date') }}

)

select * from final
