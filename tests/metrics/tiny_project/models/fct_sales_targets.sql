select *
from (
    values
    ('order_amount', date '2026-01-01', 'month', 'company', 'company', 40.00, false),
    ('order_amount', date '2026-01-01', 'month', 'company', 'company', 45.00, true)
) as rows_of (metric_name, period_start, period_grain, scope_type, scope_value, target_value, is_in_force)
