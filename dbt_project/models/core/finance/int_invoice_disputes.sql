-- From when until when an invoice was disputed, as the ERP had it at the end of each day: today's mark would rewrite every month in
-- which the invoice was open.
with context as (
    select time_zone from {{ ref('run_context') }}
),

versions as (
    select source_system, invoice_id, coalesce(is_disputed, false) as is_disputed, _version_at, _load_seq, _row_hash
    from ({{ valid_versions('erp_invoices') }}) as log
),

-- few invoices ever are: the others need no history
ever_disputed as (
    select distinct source_system, invoice_id from versions where is_disputed
),

stated as (
    select
        versions.source_system,
        versions.invoice_id,
        versions.is_disputed,
        {{ business_date('versions._version_at', 'context.time_zone') }} as version_date,
        row_number() over (
            partition by
                versions.source_system, versions.invoice_id, {{ business_date('versions._version_at', 'context.time_zone') }}
            order by versions._version_at desc, versions._load_seq desc, versions._row_hash
        ) as rank_in_day
    from versions
    inner join ever_disputed
        on ever_disputed.source_system = versions.source_system
        and ever_disputed.invoice_id = versions.invoice_id
    cross join context
),

dated as (
    select
        source_system,
        invoice_id,
        is_disputed,
        -- what was stated first holds for the time before: the log begins later than the business
        case when row_number() over life = 1 then {{ first_day_of_all() }} else version_date end as valid_from,
        coalesce(lead(version_date) over life, {{ no_end() }}) as valid_until
    from stated
    where rank_in_day = 1
    window life as (partition by source_system, invoice_id order by version_date)
)

select
    {{ source_key('source_system', 'invoice_id') }} as invoice_key,
    valid_from,
    valid_until
from dated
where is_disputed
