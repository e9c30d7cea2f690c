-- The rule of the oldest usable rate is applied here alone.
with context as (
    select as_of_date, exchange_rate_max_age_days from {{ ref('run_context') }}
),

quoted as (
    select source_system, from_currency, to_currency, rate_date, rate
    from {{ ref('stg_erp__exchange_rates') }}
    where rate > 0 and from_currency <> to_currency
),

both_ways as (
    select source_system, from_currency, to_currency, rate_date, cast(rate as decimal(20, 12)) as rate, 0 as is_inverse
    from quoted
    union all
    select
        source_system,
        to_currency as from_currency,
        from_currency as to_currency,
        rate_date,
        cast(round(1 / cast(rate as double), 12) as decimal(20, 12)) as rate,
        1 as is_inverse
    from quoted
),

one_a_day as (
    select
        *,
        row_number() over (
            partition by from_currency, to_currency, is_inverse, rate_date order by source_system, rate
        ) as choice
    from both_ways
),

spans as (
    select
        one_a_day.from_currency,
        one_a_day.to_currency,
        one_a_day.is_inverse,
        one_a_day.rate_date,
        one_a_day.rate,
        lead(one_a_day.rate_date) over (
            partition by one_a_day.from_currency, one_a_day.to_currency, one_a_day.is_inverse
            order by one_a_day.rate_date
        ) as next_rate_date
    from one_a_day
    where choice = 1
),

{% set oldest = add_days(first_day_of_all(), 'exchange_rate_max_age_days') -%}
ages as (
    select {{ days_between(first_day_of_all(), 'date_day') }} as age_days
    from ({{ date_series(first_day_of_all(), oldest, 'context') }}) as days
),

usable as (
    select
        spans.*,
        {{ add_days('spans.rate_date', 'ages.age_days') }} as valid_from,
        row_number() over (
            partition by spans.from_currency, spans.to_currency, {{ add_days('spans.rate_date', 'ages.age_days') }}
            order by spans.is_inverse
        ) as choice
    from spans
    inner join ages
        on ages.age_days < coalesce({{ days_between('spans.rate_date', 'spans.next_rate_date') }}, ages.age_days + 1)
)

select
    from_currency,
    to_currency,
    valid_from,
    rate,
    rate_date as quoted_date,
    is_inverse = 1 as is_inverse
from usable
where choice = 1
