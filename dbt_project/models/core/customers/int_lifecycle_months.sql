-- The running month and the thirteen before it, each with the day on which it is looked at.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

final as (
    select
        months.month_start,
        months.previous_month_start,
        months.month_as_of_date as state_date,
        months.month_as_of_date = context.as_of_date as is_current
    from {{ ref('int_months') }} as months
    inner join context
        on months.month_start >= {{ add_months(month_start('context.as_of_date'), '-' ~ lifecycle_months()) }}
)

select * from final
