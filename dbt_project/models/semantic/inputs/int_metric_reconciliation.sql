{{ config(schema='marts') }}
-- Results of customers are made of all sources together, what the ledgers hold beyond them is shared out, and a ledger may
-- stand in another system than its documents: where several ledgers post a class, a difference is that of all of them.
with postings as (

    select account_class, source_system from {{ ref('fct_gl_entries') }}
    union all
    select account_class, source_system from {{ ref('int_held_back_entries') }}
    where not is_staged

),

ledgers as (

    select
        account_class,
        case when min(source_system) = max(source_system) then min(source_system) else 'several' end as source_system
    from postings
    group by account_class

)

select
    tie.month_start,
    tie.account_class,
    ledgers.source_system,
    tie.measure,
    tie.currency,
    -- differences of two accounts must not cancel out
    abs(tie.difference_amount) as difference_amount
from {{ ref('int_ledger_tie') }} as tie
inner join ledgers on tie.account_class = ledgers.account_class
