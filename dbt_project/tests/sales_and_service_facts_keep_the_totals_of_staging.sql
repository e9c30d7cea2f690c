-- I18: no join of a fact of sales, marketing or service drops or doubles a row, or changes its amount.
{%- set pairs = [
    ('fct_activities', 'stg_crm__activities', 'duration_minutes', 'duration_minutes'),
    ('fct_campaign_members', 'stg_crm__campaign_members', none, none),
    ('fct_engagements', 'stg_crm__engagements', none, none),
    ('fct_quotes', 'stg_crm__quotes', 'document_amount', 'amount'),
    ('fct_contracts', 'stg_crm__contracts', none, none),
    ('fct_marketing_costs', 'stg_crm__marketing_costs', 'document_amount', 'amount'),
    ('fct_sales_targets', 'stg_crm__sales_targets', 'document_target_value', 'target_value'),
    ('fct_survey_responses', 'stg_crm__survey_responses', 'score', 'score'),
    ('fct_service_time', 'stg_service__time_entries', 'minutes', 'minutes'),
    ('fct_ticket_events', 'stg_service__ticket_events', none, none),
    ('fct_tickets', 'stg_service__tickets', none, none),
    ('fct_leads', 'stg_crm__leads', none, none),
    ('fct_opportunities', 'stg_crm__opportunities', 'document_amount', 'amount'),
] %}
with context as (
    select as_of_date, time_zone from {{ ref('run_context') }}
),

totals as (
    {%- for fact, staged, fact_amount, staged_amount in pairs %}
    select
        '{{ fact }}' as fact,
        (select count(*) from {{ ref(fact) }}) as fact_rows,
        (select count(*) from {{ ref(staged) }}) as staged_rows,
        {{ "(select coalesce(sum(" ~ fact_amount ~ "), 0) from " ~ ref(fact) ~ ")" if fact_amount else 0 }} as fact_amount,
        {{ "(select coalesce(sum(" ~ staged_amount ~ "), 0) from " ~ ref(staged) ~ ")" if staged_amount else 0 }} as staged_amount
    union all
    {%- endfor %}
    -- each opportunity has a first stage, and as many as have nothing after it stand somewhere
    select
        'fct_opportunity_stages',
        (select count(*) from {{ ref('fct_opportunity_stages') }} where entry_number = 1),
        (select count(*) from {{ ref('stg_crm__opportunities') }}),
        (select count(*) from {{ ref('fct_opportunity_stages') }} where exited_at is null),
        (select count(*) from {{ ref('stg_crm__opportunities') }})
    union all
    -- what touched somebody: leads that came in, treated members who were reached, and engagements that are touches
    select
        'fct_touches',
        (select count(*) from {{ ref('fct_touches') }}),
        (
            select count(*) from {{ ref('stg_crm__leads') }} as leads cross join context
            where {{ business_date('leads.created_at', 'context.time_zone') }} <= context.as_of_date
        ) + (
            select count(*) from {{ ref('stg_crm__campaign_members') }} as members cross join context
            where coalesce(members.arm, 'treated') = 'treated'
                and {{ business_date('members.touched_at', 'context.time_zone') }} <= context.as_of_date
        ) + (
            select count(*) from {{ ref('fct_engagements') }} as engagements cross join context
            where engagements.is_touch and engagements.occurred_date <= context.as_of_date
        ),
        0,
        0
)

select * from totals
where fact_rows <> staged_rows or fact_amount <> staged_amount
