-- Which enquiry each document from lead to invoice goes back to. A chain begins with the earliest document that is known of it:
-- the lead, else the opportunity, the contract, the order or the invoice. The ERP names documents of the CRM without their
-- system: where two systems gave one number, it is the first's.
with lead_links as (
    -- an opportunity that two leads name belongs to the first of them
    select
        source_system,
        converted_opportunity_id as opportunity_id,
        'lead|' || {{ source_key('source_system', 'surviving_lead_id') }} as chain_key,
        row_number() over (partition by source_system, converted_opportunity_id order by created_at, lead_id) as choice
    from {{ ref('fct_leads') }}
    where converted_opportunity_id is not null
),

opportunities as (
    select
        facts.source_system, facts.opportunity_id, facts.opportunity_key,
        coalesce(lead_links.chain_key, 'opportunity|' || facts.opportunity_key) as chain_key,
        row_number() over (partition by facts.opportunity_id order by facts.source_system) as choice
    from {{ ref('fct_opportunities') }} as facts
    left join lead_links
        on lead_links.source_system = facts.source_system
        and lead_links.opportunity_id = facts.opportunity_id
        and lead_links.choice = 1
),

contracts as (
    select
        facts.contract_id, facts.contract_key,
        coalesce(opportunities.chain_key, 'contract|' || facts.contract_key) as chain_key,
        row_number() over (partition by facts.contract_id order by facts.source_system) as choice
    from {{ ref('fct_contracts') }} as facts
    left join opportunities
        on opportunities.source_system = facts.source_system and opportunities.opportunity_id = facts.opportunity_id
),

orders as (
    select
        facts.source_system, facts.order_id, facts.order_key,
        coalesce(opportunities.chain_key, contracts.chain_key, 'order|' || facts.order_key) as chain_key
    from {{ ref('fct_orders') }} as facts
    left join opportunities on opportunities.opportunity_id = facts.crm_opportunity_id and opportunities.choice = 1
    left join contracts on contracts.contract_id = facts.contract_id and contracts.choice = 1
),

billed as (
    select
        facts.invoice_key, facts.credited_invoice_key,
        coalesce(orders.chain_key, contracts.chain_key) as chain_key
    from {{ ref('fct_invoices') }} as facts
    left join orders on orders.source_system = facts.source_system and orders.order_id = facts.order_id
    left join contracts on contracts.contract_id = facts.contract_id and contracts.choice = 1
),

final as (
    select 'opportunity' as document_type, opportunity_key as document_key, chain_key from opportunities
    union all
    select 'contract', contract_key, chain_key from contracts
    union all
    select 'order', order_key, chain_key from orders
    union all
    -- a credit note goes back to what it corrects
    select
        'invoice', billed.invoice_key,
        coalesce(billed.chain_key, credited.chain_key, 'invoice|' || coalesce(credited.invoice_key, billed.invoice_key))
    from billed
    left join billed as credited on credited.invoice_key = billed.credited_invoice_key
)

select * from final
