-- A user id that two CRM systems give away is one member: facts name an owner without a system.
with users as (
    select
        *,
        row_number() over (partition by user_id order by source_system) as choice
    from {{ ref('stg_crm__users') }}
),

final as (
    select
        user_id as employee_id,
        source_system,
        sales_rep_code,
        coalesce(full_name, user_id) as full_name,
        coalesce(team, 'unknown') as team,
        coalesce(department, 'unknown') as department,
        manager_id,
        coalesce(is_active, true) as is_active
    from users
    where choice = 1
    union all
    select 'unassigned', 'warehouse', null, '未分配 Unassigned', 'unassigned', 'unassigned', null, false
)

select * from final
