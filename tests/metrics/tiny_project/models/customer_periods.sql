-- Two customers are lost one after the other: the months keep 2 of 3 and 1 of 2, the quarter keeps 1 of 3. Customer a is
-- known, and nothing more, in the December before.
select *
from (
    values
    ('a', 'month', date '2025-12-01', 'north', 0, 0, 0.00),
    ('a', 'month', date '2026-01-01', 'north', 1, 1, 100.10),
    ('b', 'month', date '2026-01-01', 'north', 1, 1, 50.05),
    ('c', 'month', date '2026-01-01', 'south', 1, 0, 0.00),
    ('a', 'month', date '2026-02-01', 'south', 1, 1, 70.00),
    ('b', 'month', date '2026-02-01', 'north', 1, 0, 0.00),
    ('d', 'month', date '2026-02-01', null, 0, 0, 20.00),
    ('e', 'month', date '2026-03-01', 'north', 0, 0, 1.00),
    ('a', 'quarter', date '2026-01-01', 'south', 1, 1, 170.10),
    ('b', 'quarter', date '2026-01-01', 'north', 1, 0, 50.05),
    ('c', 'quarter', date '2026-01-01', 'south', 1, 0, 0.00),
    ('d', 'quarter', date '2026-01-01', null, 0, 0, 20.00)
) as rows_of (
    customer_key, period_grain, period_start, region, is_opening_active, is_retained, receivable_closing
)
