-- I10: opening + entered - left = closing for each stage and month, and each month opens with what the last one closed with.
with months as (
    select
        *,
        lag(closing_count) over (partition by source_system, pipeline, stage order by month_start) as earlier_closing_count,
        lag(closing_amount) over (partition by source_system, pipeline, stage order by month_start) as earlier_closing_amount
    from {{ ref('conversion_funnel') }}
)

select *
from months
where opening_count + entered_count - left_count <> closing_count
    or opening_amount + entered_amount - left_amount + amount_change + currency_effect <> closing_amount
    or opening_count <> coalesce(earlier_closing_count, 0)
    or opening_amount <> coalesce(earlier_closing_amount, 0)
