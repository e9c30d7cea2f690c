-- One row per day lets facts join by equality on any engine.
with context as (
    select reporting_currency, ledger_currency, source_ledger_currencies from {{ ref('run_context') }}
),

held as (
    select * from {{ ref('int_quoted_rates') }}
),

books as (
    select distinct {{ ledger_currency_of('quotations.source_system') }} as currency
    from {{ ref('stg_erp__exchange_rates') }} as quotations
    cross join context
),

-- books in another currency than the reports are quoted in their own: through it where nothing is quoted for a pair itself
crosses as (
    select
        inward.from_currency,
        outward.to_currency,
        inward.valid_from,
        cast(round(cast(inward.rate as double) * cast(outward.rate as double), 12) as decimal(20, 12)) as rate,
        least(inward.quoted_date, outward.quoted_date) as quoted_date,
        inward.is_inverse or outward.is_inverse as is_inverse,
        row_number() over (partition by inward.from_currency, inward.valid_from order by books.currency) as choice
    from books
    cross join context
    inner join held as inward on inward.to_currency = books.currency and inward.from_currency <> context.reporting_currency
    inner join held as outward
        on outward.from_currency = books.currency
        and outward.to_currency = context.reporting_currency
        and outward.valid_from = inward.valid_from
    left join held as direct
        on direct.from_currency = inward.from_currency
        and direct.to_currency = outward.to_currency
        and direct.valid_from = inward.valid_from
    where direct.from_currency is null
),

days as (
    select from_currency, to_currency, valid_from, rate, quoted_date, is_inverse, false as is_cross from held
    union all
    select from_currency, to_currency, valid_from, rate, quoted_date, is_inverse, true as is_cross from crosses where choice = 1
),

currencies as (
    select reporting_currency as currency from context
    union
    select ledger_currency as currency from context
    union
    select from_currency as currency from held
)

select
    from_currency,
    to_currency,
    valid_from,
    {{ add_days('valid_from', 1) }} as valid_to,
    rate,
    quoted_date,
    is_inverse,
    is_cross
from days
union all
select
    currency as from_currency,
    currency as to_currency,
    {{ first_day_of_all() }} as valid_from,
    cast('9999-12-31' as date) as valid_to,
    cast(1 as decimal(20, 12)) as rate,
    cast(null as date) as quoted_date,
    false as is_inverse,
    false as is_cross
from currencies
