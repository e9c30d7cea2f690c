-- February has no order.
select *
from (
    values
    ('o1', date '2026-01-05', 'web', cast(10.10 as decimal(18, 2)), 1.0),
    ('o2', date '2026-01-20', 'web', cast(20.20 as decimal(18, 2)), 4.0),
    ('o3', date '2026-01-31', null, cast(0.03 as decimal(18, 2)), 7.0),
    ('o4', date '2026-03-02', 'shop', cast(-5.00 as decimal(18, 2)), 2.0),
    ('o5', date '2027-05-01', 'shop', cast(99.00 as decimal(18, 2)), 2.0)
) as rows_of (order_id, order_date, channel, net_amount, waiting_days)
