-- Metric 60: every customer and month with a task is either treated or not, kept at most once.
with warned as (
    select count(*) as customers
    from (
        select distinct tasks.customer_key, {{ month_start(business_date('tasks.created_at', 'context.time_zone')) }} as month_start
        from {{ ref('task_history') }} as tasks
        cross join {{ ref('run_context') }} as context
        where tasks.customer_key is not null
            and {{ business_date('tasks.created_at', 'context.time_zone') }} <= context.as_of_date
    ) as customer_months
),

saves as (
    select
        coalesce(sum(is_treated + is_untreated), 0) as customers,
        coalesce(sum(case when is_treated_kept > is_treated or is_untreated_kept > is_untreated then 1 else 0 end), 0) as kept_twice
    from {{ ref('int_metric_saves') }}
)

select warned.customers as warned_customers, saves.customers as judged_customers, saves.kept_twice
from warned
cross join saves
where warned.customers <> saves.customers or saves.kept_twice > 0
