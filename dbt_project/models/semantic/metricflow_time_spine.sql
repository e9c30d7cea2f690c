{{ config(materialized='table') }}

with bounds as (

    select
        {{ add_days('as_of_date', -366 * 20) }} as first_day,
        {{ add_days('as_of_date', 366 * 2) }} as last_day
    from {{ ref('run_context') }}

),

final as (

    {{ date_series('first_day', 'last_day', 'bounds') }}

)

select * from final
