{{ config(schema='marts') }}

-- Hours that belong to no known customer: in the company's total, in no effort per customer (R2).
select
    work.entry_key,
    work.worked_date,
    {{ segment('work.team') }} as team,
    case when work.customer_key = 'unassigned' then cast(work.minutes / 60.0 as decimal(18, 6)) else 0 end as unassigned_hours
from {{ ref('fct_service_time') }} as work
cross join {{ ref('run_context') }} as context
where work.worked_date <= context.as_of_date
