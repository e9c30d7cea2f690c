-- What each owner did in a month, one narrow row per figure: figures of different facts never meet in one join.
{%- set parts = [
    ('new_leads', 'fct_leads', 'created_date', 'owner_id', "1", "lead_outcome <> 'merged'"),
    ('answered_leads', 'fct_leads', 'created_date', 'owner_id', "1", "lead_outcome <> 'merged' and first_response_at is not null"),
    ('follow_ups', 'fct_activities', 'occurred_date', 'owner_id', "1", "is_follow_up"),
    ('two_way_contacts', 'fct_activities', 'occurred_date', 'owner_id', "1", "is_two_way_contact"),
    ('created_opportunities', 'opportunity_pipeline', 'snapshot_date', 'owner_id', "created_count", "created_count > 0"),
    ('won_opportunities', 'fct_opportunities', 'closed_date', 'closing_owner_id', "1", "outcome = 'won'"),
    ('lost_opportunities', 'fct_opportunities', 'closed_date', 'closing_owner_id', "1", "outcome = 'lost'"),
    ('disqualified_opportunities', 'fct_opportunities', 'closed_date', 'closing_owner_id', "1", "outcome = 'disqualified'"),
    ('won_amount', 'fct_opportunities', 'closed_date', 'closing_owner_id', "amount", "outcome = 'won'"),
    ('lost_amount', 'fct_opportunities', 'closed_date', 'closing_owner_id', "amount", "outcome = 'lost'"),
    ('sent_quotes', 'fct_quotes', 'offer_sent_date', 'owner_id', "1", "is_first_version"),
    ('new_customers', 'int_first_touches', 'first_active_date', 'owner_id', "1", "true"),
    ('booked_orders_amount', 'fct_orders', 'booked_date', 'owner_id', "net_amount", "true"),
    ('booked_orders_amount', 'fct_orders', 'reversed_date', 'owner_id', "-net_amount", "true"),
    ('pipeline_amount', 'opportunity_pipeline', 'snapshot_date', 'owner_id', "closing_amount",
        "closing_amount <> 0 and snapshot_date = least(" ~ last_day('snapshot_date') ~ ", context.as_of_date)"),
    ('net_revenue', 'customer_months', 'month_start', 'owner_id', "net_revenue", "net_revenue <> 0"),
] %}
with context as (

    select as_of_date from {{ ref('run_context') }}

),

parts as (

    {%- for figure, model, day, owner, value, condition in parts %}
    select
        {{ month_start('facts.' ~ day) }} as month_start,
        coalesce(facts.{{ owner }}, 'unassigned') as owner_id,
        '{{ figure }}' as figure,
        cast(sum({{ value }}) as decimal(18, 2)) as amount
    from {{ ref(model) }} as facts
    cross join context
    where facts.{{ day }} <= context.as_of_date and {{ condition }}
    group by {{ month_start('facts.' ~ day) }}, coalesce(facts.{{ owner }}, 'unassigned')
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- what was cancelled is taken off what was booked, in the month in which it was
final as (

    select month_start, owner_id, figure, cast(sum(amount) as decimal(18, 2)) as amount
    from parts
    group by month_start, owner_id, figure

)

select * from final
