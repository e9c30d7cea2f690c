{{ config(schema='marts_internal') }}

-- The credit limit of each customer as the ERP stated it at the end of each day on which his record changed.
with context as (
    select time_zone from {{ ref('run_context') }}
),

stated as (
    select
        records.customer_key,
        {{ business_date('versions._version_at', 'context.time_zone') }} as version_date,
        cast(versions.credit_limit as decimal(18, 4)) as credit_limit,
        versions.currency,
        row_number() over (
            partition by records.customer_key, {{ business_date('versions._version_at', 'context.time_zone') }}
            order by versions._version_at desc, versions._load_seq desc, versions._row_hash
        ) as rank_in_day
    from ({{ valid_versions('erp_customers') }}) as versions
    cross join context
    inner join {{ ref('int_customer_records') }} as records
        on records.entity = 'erp_customers' and records.is_survivor
        and records.source_system = versions.source_system
        and records.source_key = versions.customer_code
),

final as (
    select
        customer_key,
        credit_limit,
        currency,
        -- what was stated first holds for the time before: the log begins later than the business
        case when row_number() over (partition by customer_key order by version_date) = 1
            then cast('1970-01-01' as date) else version_date end as valid_from,
        coalesce(lead(version_date) over (partition by customer_key order by version_date), {{ no_end() }}) as valid_until
    from stated
    where rank_in_day = 1
)

select * from final
