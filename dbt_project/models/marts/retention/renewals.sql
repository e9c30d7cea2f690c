with context as (

    select as_of_date, reporting_currency from {{ ref('run_context') }}

),

due as (

    select
        contracts.*,
        coalesce(owners.owner_id, contracts.owner_id) as due_owner_id,
        successors.successor_id,
        successors.successor_starts_date,
        successors.choice,
        renewing.document_monthly_recurring_amount as new_monthly_amount,
        renewing.currency as new_currency,
        {{ add_days('contracts.ends_date', renewal_grace_days()) }} as grace_date,
        least(contracts.ends_date, context.as_of_date) as rate_date,
        context.as_of_date,
        context.reporting_currency
    from {{ ref('int_renewal_successors') }} as successors
    cross join context
    inner join {{ ref('fct_contracts') }} as contracts
        on successors.source_system = contracts.source_system and successors.contract_id = contracts.contract_id
    left join {{ ref('fct_contracts') }} as renewing
        on successors.source_system = renewing.source_system and successors.successor_id = renewing.contract_id
    {{ join_owner_of_then('owners', 'int_contract_owners', 'contracts', 'contract_id', 'contracts.ends_date') }}

),

-- both sides at the rate of the due day, so that a currency neither renews nor lapses anything
valued as (

    select
        due.*,
        {{ converted('due.document_monthly_recurring_amount * 12', 'old_rates') }} as due_amount,
        {{ converted('due.new_monthly_amount * 12', 'new_rates') }} as new_amount,
        old_rates.rate is null as is_missing_due_rate,
        case
            when due.successor_starts_date <= {{ add_days('due.grace_date', 1) }} then 'renewed'
            when due.grace_date < due.as_of_date or due.cancelled_date <= due.as_of_date then 'lapsed'
            else 'pending'
        end as outcome
    from due
    {{ join_rates('old_rates', 'due.currency', 'due.reporting_currency', 'due.rate_date') }}
    {{ join_rates('new_rates', 'due.new_currency', 'due.reporting_currency', 'due.rate_date') }}

),

-- of several that renew one contract together the first is shown, and all count
together as (

    select
        *,
        sum(new_amount) over (partition by source_system, contract_id) as joint_new_amount
    from valued

),

-- one contract that renews several is shared among them by their size, to the cent; what came too late for one renews others
shared as (

    select
        *,
        outcome = 'renewed' and count(*) over (partition by source_system, successor_id, outcome) > 1 as is_co_term,
        sum(due_amount) over (partition by source_system, successor_id, outcome) as joint_due_amount,
        sum(due_amount) over (
            partition by source_system, successor_id, outcome order by contract_id
            rows between unbounded preceding and current row
        ) as running_due_amount
    from together
    where choice = 1

),

settled as (

    select
        *,
        case
            when outcome <> 'renewed' then cast(0 as decimal(18, 2))
            when not is_co_term then coalesce(joint_new_amount, 0)
            else {{ line_money('running_due_amount', 'due_amount', safe_ratio('joint_new_amount', 'joint_due_amount')) }}
        end as own_new_amount
    from shared

),

-- what is below zero, as an amendment may be, is neither renewed nor grown by nothing
split as (

    select
        *,
        case when outcome = 'renewed' then least(own_new_amount, due_amount) else 0 end as renewed_amount,
        case when outcome = 'renewed' then greatest(own_new_amount - due_amount, 0) else 0 end as upsell_amount
    from settled

),

final as (

    select
        contract_key,
        source_system,
        contract_id,
        customer_key,
        due_owner_id as owner_id,
        product_line,
        ends_date as due_date,
        {{ month_start('ends_date') }} as due_month,
        outcome,
        successor_id as renewed_by_contract_id,
        successor_starts_date as renewal_starts_date,
        is_co_term,
        coalesce(successor_starts_date <= ends_date, false) as is_early,
        coalesce(outcome = 'lapsed' and successor_id is not null, false) as is_back_later,
        cast(due_amount as decimal(18, 2)) as due_amount,
        cast(renewed_amount as decimal(18, 2)) as renewed_amount,
        cast(case when outcome = 'pending' then 0 else due_amount - renewed_amount end as decimal(18, 2)) as lapsed_amount,
        cast(case when outcome = 'pending' then due_amount else 0 end as decimal(18, 2)) as pending_amount,
        cast(upsell_amount as decimal(18, 2)) as upsell_amount,
        is_missing_due_rate as is_missing_rate
    from split

)

select * from final
