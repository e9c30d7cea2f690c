{{ config(schema='marts') }}

select
    month_start,
    account_class,
    measure,
    currency,
    -- differences of two accounts must not cancel out
    abs(difference_amount) as difference_amount
from {{ ref('int_ledger_tie') }}
