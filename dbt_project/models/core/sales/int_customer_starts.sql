with spells as (

    select
        customer_key,
        min(active_from) as first_active_date
    from {{ ref('int_activity_spells') }}
    where customer_key <> 'unassigned'
    group by customer_key

),

-- a company that brings neither contracts, invoices nor orders knows its customers by the deals that were won
won as (

    select
        opportunities.customer_key,
        min(opportunities.closed_date) as first_active_date
    from {{ ref('fct_opportunities') }} as opportunities
    inner join {{ ref('run_context') }} as context on opportunities.closed_date <= context.as_of_date
    where {{ knows_customers_by_deals() }}
        and opportunities.outcome = 'won'
        and opportunities.customer_key <> 'unassigned'
    group by opportunities.customer_key

),

final as (

    select
        firsts.customer_key,
        firsts.first_active_date,
        firsts.first_active_date >= record.proven_from_date as is_proven_new
    from (
        select customer_key, first_active_date from spells
        union all
        select customer_key, first_active_date from won
    ) as firsts
    cross join {{ ref('int_activity_record') }} as record

)

select * from final
