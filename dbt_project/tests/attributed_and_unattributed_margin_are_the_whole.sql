-- I12: over all channels of a month, attributed and unattributed margin are the margin of its conversions.
with channels as (
    select month_start, sum(attributed_margin + unattributed_margin) as margin_amount, sum(conversion_credit) as conversions
    from {{ ref('channel_performance') }}
    group by month_start
),

conversions as (
    select converted_month as month_start, sum(coalesce(margin_amount, 0)) as margin_amount, count(*) as conversions
    from {{ ref('int_conversions') }}
    group by converted_month
)

select conversions.month_start, channels.margin_amount, conversions.margin_amount as whole_margin
from conversions
left join channels on conversions.month_start = channels.month_start
where coalesce(channels.margin_amount, 0) <> conversions.margin_amount
    or coalesce(channels.conversions, 0) <> conversions.conversions
