with context as (

    select as_of_date from {{ ref('run_context') }}

),

starts as (

    select
        starts.customer_key,
        starts.first_active_date as converted_date,
        {{ month_start('starts.first_active_date') }} as converted_month,
        {{ billed_ahead_from('starts.first_active_date') }} as billed_from,
        {{ add_months(month_start('starts.first_active_date'), attribution_horizon_months()) }} as horizon_end,
        context.as_of_date
    from {{ ref('int_customer_starts') }} as starts
    cross join context
    where starts.is_proven_new and starts.first_active_date <= context.as_of_date

),

margins as (

    select
        starts.customer_key,
        sum(case entries.line when 'net_revenue' then entries.amount else -entries.amount end) as margin_amount
    from starts
    inner join {{ ref('int_profit_entries') }} as entries
        on starts.customer_key = entries.customer_key
        and entries.month_start >= starts.billed_from
        and entries.month_start < starts.horizon_end
    where entries.line in ('net_revenue', 'cogs')
    group by starts.customer_key

),

final as (

    select
        starts.customer_key,
        starts.converted_date,
        starts.converted_month,
        -- where no cost of goods names customers there is no margin to credit, and revenue must not stand in for it
        cast(case when bases.names_cogs then coalesce(margins.margin_amount, 0) end as decimal(18, 2)) as margin_amount,
        starts.horizon_end > starts.as_of_date as is_horizon_open
    from starts
    cross join {{ ref('int_profit_bases') }} as bases
    left join margins on starts.customer_key = margins.customer_key

)

select * from final
