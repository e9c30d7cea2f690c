-- The state in which each customer stood at the end of each day on which his record changed: from the change log's valid
-- versions. The CRM account speaks for the customer; the ERP customer where there is no account.
with context as (
    select time_zone from {{ ref('run_context') }}
),

versions as (
    select
        'crm_accounts' as entity, source_system, account_id as source_key, owner_id, region, customer_type,
        acquisition_channel, status, _version_at, _load_seq, _row_hash
    from ({{ valid_versions('crm_accounts') }}) as log
    union all
    select
        'erp_customers', source_system, customer_code, null, region, null, null, null, _version_at, _load_seq, _row_hash
    from ({{ valid_versions('erp_customers') }}) as log
),

speakers as (
    select
        records.*,
        row_number() over (partition by customer_key order by entity) as choice
    from {{ ref('int_customer_records') }} as records
    where is_survivor
),

daily as (
    select
        speakers.customer_key,
        {{ business_date('versions._version_at', 'context.time_zone') }} as version_date,
        versions.*,
        row_number() over (
            partition by speakers.customer_key, {{ business_date('versions._version_at', 'context.time_zone') }}
            order by versions._version_at desc, versions._load_seq desc, versions._row_hash
        ) as rank_in_day
    from versions
    cross join context
    inner join speakers
        on speakers.choice = 1
        and speakers.entity = versions.entity
        and speakers.source_system = versions.source_system
        and speakers.source_key = versions.source_key
),

final as (
    select
        daily.customer_key,
        daily.version_date,
        coalesce(daily.owner_id, 'unassigned') as owner_id,
        coalesce(daily.region, customers.region) as region,
        coalesce(daily.customer_type, customers.customer_type) as customer_type,
        {{ channel_or_unknown('daily.acquisition_channel') }} as acquisition_channel,
        coalesce(daily.status, 'unknown') as status
    from daily
    inner join {{ ref('dim_customers') }} as customers on customers.customer_key = daily.customer_key
    where daily.rank_in_day = 1
)

select * from final
