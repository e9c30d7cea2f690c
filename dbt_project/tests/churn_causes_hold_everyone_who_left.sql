-- One primary cause for each end of activity up to the as-of date, and none for anybody else.
with context as (
    select as_of_date from {{ ref('run_context') }}
),

left_customers as (
    select spells.customer_key, spells.active_until as churned_date
    from {{ ref('int_activity_spells') }} as spells
    inner join context on spells.active_until <= context.as_of_date
    where spells.customer_key <> 'unassigned'
)

select coalesce(left_customers.customer_key, causes.customer_key) as customer_key
from left_customers
full outer join {{ ref('churn_causes') }} as causes
    on left_customers.customer_key = causes.customer_key and left_customers.churned_date = causes.churned_date
where left_customers.customer_key is null or causes.customer_key is null or causes.primary_cause is null
