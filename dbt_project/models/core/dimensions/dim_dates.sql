-- From the year of the first document to the end of the second year ahead; nothing before 1970 is a business date.
with context as (
    select * from {{ ref('run_context') }}
),

firsts as (
    select min(order_date) as first_date from {{ ref('stg_erp__orders') }}
    union all
    select min(invoice_date) from {{ ref('stg_erp__invoices') }}
    union all
    select min(posting_date) from {{ ref('stg_erp__gl_entries') }}
    union all
    select min(starts_on) from {{ ref('stg_crm__contracts') }}
    union all
    select cast(min(created_at) as date) from {{ ref('stg_crm__accounts') }}
    union all
    select cast(min(created_at) as date) from {{ ref('stg_crm__opportunities') }}
    union all
    select cast(min(created_at) as date) from {{ ref('stg_crm__leads') }}
    union all
    select cast(min(created_at) as date) from {{ ref('stg_service__tickets') }}
),

bounds as (
    select
        greatest(
            {{ period_start('year', "least(coalesce(min(firsts.first_date), min(context.as_of_date)), min(context.as_of_date))") }},
            cast('1970-01-01' as date)
        ) as first_day,
        {{ add_days(add_months(period_start('year', 'min(context.as_of_date)'), 36), -1) }} as last_day
    from firsts
    cross join context
),

days as (
    {{ date_series('first_day', 'last_day', 'bounds') }}
),

final as (
    select
        days.date_day,
        {{ period_start('week', 'days.date_day') }} as week_start,
        {{ month_start('days.date_day') }} as month_start,
        {{ last_day('days.date_day') }} as month_end,
        {{ period_start('quarter', 'days.date_day') }} as quarter_start,
        {{ period_start('year', 'days.date_day') }} as year_start,
        {{ add_months(
            period_start('year', add_months('days.date_day', '1 - context.fiscal_year_start_month')),
            'context.fiscal_year_start_month - 1'
        ) }} as fiscal_year_start,
        1 + {{ integer_division('(extract(month from ' ~ add_months('days.date_day', '1 - context.fiscal_year_start_month') ~ ') - 1)', 3) }}
            as fiscal_quarter,
        {{ iso_weekday('days.date_day') }} as iso_weekday,
        (position(cast({{ iso_weekday('days.date_day') }} as varchar(1)) in context.working_weekdays) > 0)
            <> (position(cast(days.date_day as varchar(10)) in context.working_day_exceptions) > 0) as is_working_day,
        days.date_day <= context.as_of_date as is_past_or_today
    from days
    cross join context
)

select * from final
