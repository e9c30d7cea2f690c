{{ config(schema='marts') }}

with context as (

    select as_of_date, time_zone from {{ ref('run_context') }}

),

-- who was merged into another customer since is that one: his own key has no activity any more
renamed as (

    select past.customer_key as former_key, min(present.customer_key) as customer_key
    from {{ ref('customer_identity_map') }} as past
    inner join {{ ref('customer_identity_map') }} as present
        on present.source_system = past.source_system
        and present.entity = past.entity
        and present.source_key = past.source_key
        and present.valid_to is null
    where past.valid_to is not null
        and past.customer_key not in (select customer_key from {{ ref('customer_identity_map') }} where valid_to is null)
    group by past.customer_key

),

tasks as (

    select
        coalesce(renamed.customer_key, tasks.customer_key) as customer_key,
        -- who calls a warning false has looked and done nothing
        coalesce(tasks.closed_by <> 'cause gone' and not {{ is_called_false('tasks.result') }}, false) as is_acted_on,
        {{ business_date('tasks.closed_at', 'context.time_zone') }} as closed_date,
        {{ business_date('tasks.created_at', 'context.time_zone') }} as warned_date,
        {{ month_start(business_date('tasks.created_at', 'context.time_zone')) }} as month_start
    from {{ ref('task_history') }} as tasks
    cross join context
    left join renamed on renamed.former_key = tasks.customer_key
    where tasks.customer_key is not null

),

first_warned as (

    select *, min(warned_date) over (partition by customer_key, month_start) as first_date from tasks

),

-- a customer warned of twice in a month is one warned customer; somebody did something if he closed one of the tasks
-- before the day that decides: what was done after it cannot have kept anybody
warned as (

    select
        customer_key,
        month_start,
        first_date as warned_date,
        max({{ as_flag('is_acted_on and closed_date <= ' ~ add_days('first_date', 90)) }}) as is_treated
    from first_warned
    group by customer_key, month_start, first_date

),

final as (

    select
        warned.customer_key,
        warned.warned_date,
        {{ customer_segments(['region', 'owner', 'tier', 'customer_type']) }},
        warned.is_treated,
        1 - warned.is_treated as is_untreated,
        warned.is_treated * {{ as_flag('spells.customer_key is not null') }} as is_treated_kept,
        (1 - warned.is_treated) * {{ as_flag('spells.customer_key is not null') }} as is_untreated_kept
    from warned
    cross join context
    left join {{ ref('int_activity_spells') }} as spells
        on warned.customer_key = spells.customer_key
        and spells.active_from <= {{ add_days('warned.warned_date', 90) }}
        and coalesce(spells.active_until, {{ no_end() }}) > {{ add_days('warned.warned_date', 90) }}
    {{ join_segments('warned', 'warned.warned_date') }}
    where warned.warned_date <= context.as_of_date

)

select * from final
