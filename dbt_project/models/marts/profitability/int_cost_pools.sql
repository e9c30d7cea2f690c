{{ config(schema='marts_internal') }}

with pools as (

    -- what the ledger holds beyond the costs that name their customer
    select
        month_start,
        case line
            when 'service_unattributed' then 'service'
            when 'selling_unattributed' then 'selling'
            else 'marketing'
        end as pool,
        amount
    from {{ ref('int_profit_entries') }}
    where line in ('service_unattributed', 'selling_unattributed', 'marketing_unattributed')
    union all
    select {{ month_start('entries.posting_date') }} as month_start, 'overhead' as pool, entries.natural_amount as amount
    from {{ ref('fct_gl_entries') }} as entries
    cross join {{ ref('run_context') }} as context
    where entries.account_class = 'overhead' and entries.posting_date <= context.as_of_date

),

final as (

    select month_start, pool, cast(sum(amount) as decimal(18, 2)) as pool_amount
    from pools
    group by month_start, pool
    having sum(amount) <> 0

)

select * from final
