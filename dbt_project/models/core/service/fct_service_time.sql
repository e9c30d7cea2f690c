with context as (

    select reporting_currency, ledger_currency from {{ ref('run_context') }}

),

entries as (

    select
        entries.*,
        -- a rate without currency next to it is in the entry's, else in the agent's currency
        coalesce(entries.hourly_cost, agents.hourly_cost) as cost_per_hour,
        case when entries.hourly_cost is not null then entries.currency
            else coalesce(agents.currency, entries.currency) end as cost_currency,
        teams.team,
        tickets.customer_key as ticket_customer_key,
        context.reporting_currency,
        context.ledger_currency
    from {{ ref('stg_service__time_entries') }} as entries
    cross join context
    left join {{ ref('stg_service__agents') }} as agents
        on entries.source_system = agents.source_system and entries.agent_id = agents.agent_id
    {{ join_agent_teams('teams', 'entries', 'entries.agent_id', 'entries.worked_on') }}
    left join {{ ref('fct_tickets') }} as tickets
        on entries.source_system = tickets.source_system and entries.ticket_id = tickets.ticket_id

),

costed as (

    select
        *,
        cast(round({{ as_decimal('cast(minutes as double) * cast(cost_per_hour as double) / 60') }}, 4) as decimal(18, 4))
            as document_cost_amount
    from entries

),

final as (

    select
        {{ source_key('costed.source_system', 'costed.entry_id') }} as entry_key,
        costed.source_system,
        costed.entry_id,
        costed.ticket_id,
        case when costed.account_id is null and costed.customer_code is null
            then coalesce(costed.ticket_customer_key, 'unassigned')
            else {{ customer_key_of('crm_accounts', 'erp_customers') }} end as customer_key,
        costed.agent_id,
        coalesce(costed.team, 'unassigned') as team,
        costed.worked_on as worked_date,
        cast(costed.minutes as decimal(18, 4)) as minutes,
        cast(costed.cost_per_hour as decimal(18, 4)) as hourly_cost,
        costed.document_cost_amount,
        costed.cost_currency as currency,
        {{ converted('costed.document_cost_amount', 'ledger_rates') }} as ledger_cost_amount,
        {{ converted('costed.document_cost_amount', 'rates') }} as cost_amount,
        {{ is_rate_missing('costed.document_cost_amount', 'rates') }} as is_missing_rate,
        costed.is_stale
    from costed
    {{ customer_key_joins('costed', crm_accounts='account_id', erp_customers='customer_code') }}
    {{ join_rates('rates', 'costed.cost_currency', 'costed.reporting_currency', 'costed.worked_on') }}
    {{ join_rates('ledger_rates', 'costed.cost_currency', 'costed.ledger_currency', 'costed.worked_on') }}

)

select * from final
