select *
from (
    values
    ('t1', 'order_amount', date '2026-01-01', 'month', cast(null as varchar), cast(null as varchar),
        cast(null as varchar), 40.00, date '2025-12-01'),
    ('t2', 'order_amount', date '2026-01-01', 'month', null, null, null, 45.00, date '2026-01-10')
) as rows_of (target_key, metric_name, period_start, period_grain, team, owner_id, region, target_value, valid_from_date)
