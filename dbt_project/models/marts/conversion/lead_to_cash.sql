-- Where a chain begins gives its month, channel and owner, for all of its steps: so each row follows the same enquiries from
-- left to right; the owner is that of then. Of a step whose documents no source brings nobody knows whether it was taken.
{%- set records = {
    'lead': 'leads', 'qualified': 'leads', 'opportunity': 'opportunities', 'quote': 'quotes', 'contract': 'contracts',
    'order': 'orders', 'invoice': 'invoices',
} %}
{%- set steps = records | list + ['cash'] %}
with creators as (
    select source_system, opportunity_id, min_by(owner_id, state_number) as owner_id
    from {{ ref('int_opportunity_states') }}
    group by source_system, opportunity_id
),

begun as (
    {%- for kind, model, key, day, channel, owner in [
        ('lead', 'fct_leads', 'lead_key', 'created_date', 'channel', 'facts.owner_id'),
        ('opportunity', 'fct_opportunities', 'opportunity_key', 'created_date', 'channel', 'coalesce(creators.owner_id, facts.owner_id)'),
        ('quote', 'fct_quotes', 'quote_key', 'coalesce(requested_date, sent_date)', 'null', 'facts.owner_id'),
        ('contract', 'fct_contracts', 'contract_key', 'coalesce(signed_date, starts_date)', 'null',
            'coalesce(owners.owner_id, facts.owner_id)'),
        ('order', 'fct_orders', 'order_key', 'order_date', 'channel', 'facts.owner_id'),
        ('invoice', 'fct_invoices', 'invoice_key', 'invoice_date', 'null', 'null'),
    ] %}
    select
        '{{ kind }}|' || {{ key }} as chain_key, '{{ kind }}' as begun_by, {{ day }} as begun_date,
        {{ channel_or_unknown('facts.channel') if channel != 'null' else "'unknown'" }} as channel,
        coalesce({{ owner }}, 'unassigned') as owner_id
    from {{ ref(model) }} as facts
    {% if kind == 'contract' -%}
    {{ join_owner_of_then('owners', 'int_contract_owners', 'facts', 'contract_id', day) }}
    {% elif kind == 'opportunity' -%}
    left join creators on facts.source_system = creators.source_system and facts.opportunity_id = creators.opportunity_id
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

chains as (
    select
        chain_key,
        {%- for step in steps %}
        max(case when step = '{{ step }}' then 1 else 0 end) as has_{{ step }},
        sum(case when step = '{{ step }}' then amount end) as {{ step }}_amount{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_cash_steps') }}
    group by chain_key
),

counted as (
    select
        {{ month_start('begun.begun_date') }} as month_start,
        begun.begun_by,
        begun.channel,
        begun.owner_id,
        {{ team() }} as team,
        {%- for step in steps %}
        sum(chains.has_{{ step }}) as {{ step }}_count,
        sum(chains.{{ step }}_amount) as {{ step }}_amount{{ ',' if not loop.last }}
        {%- endfor %}
    from chains
    inner join begun on begun.chain_key = chains.chain_key
    {{ join_teams('begun.owner_id', 'begun.begun_date') }}
    group by {{ month_start('begun.begun_date') }}, begun.begun_by, begun.channel, begun.owner_id, {{ team() }}
),

final as (
    select
        counted.month_start,
        counted.begun_by,
        counted.channel,
        counted.owner_id,
        counted.team,
        {%- for step, record in records.items() %}
        {{ if_brought(record, 'counted.' ~ step ~ '_count', 'bigint') }} as {{ step }}_count,
        {%- endfor %}
        {{ if_applications('coalesce(counted.cash_count, 0)', 'bigint') }} as cash_count,
        {%- for step in steps[2:-1] %}
        {{ if_brought(records[step], 'counted.' ~ step ~ '_amount', 'decimal(18, 2)') }} as {{ step }}_amount,
        {%- endfor %}
        {{ if_applications('coalesce(counted.cash_amount, 0)') }} as cash_amount
    from counted
    cross join {{ ref('int_brought') }} as brought
    cross join {{ ref('int_profit_bases') }} as bases
)

select * from final
