-- What the hard rules of metric 55 look at, for each customer active on the day: today, and past month ends over again.
with context as (
    select * from {{ ref('run_context') }}
),

scores as (
    select
        scores.customer_key,
        scores.snapshot_date,
        snapshots.is_current,
        scores.health_score,
        changes.score_change,
        coalesce(changes.is_weight_change, false) as is_weight_change,
        coalesce(results.tier, 'unranked') as tier
    from {{ ref('int_health_scores') }} as scores
    inner join {{ ref('int_health_snapshots') }} as snapshots
        on snapshots.snapshot_date = scores.snapshot_date and snapshots.is_warning_day
    left join {{ ref('int_health_changes') }} as changes
        on changes.customer_key = scores.customer_key and changes.snapshot_date = scores.snapshot_date
    left join {{ ref('int_customer_tier_months') }} as results
        on results.customer_key = scores.customer_key and results.month_start = snapshots.tier_month
),

limited as (
    select
        scores.*,
        -- a tier that need not be called on has the limit 0
        case scores.tier
            {%- for tier in ['A', 'B', 'C'] %}
            when '{{ tier }}' then context.limit_contact_days_{{ tier | lower }}
            {%- endfor %}
            else context.limit_contact_days_unranked
        end as contact_limit
    from scores
    cross join context
),

flagged as (
    select
        limited.customer_key,
        limited.snapshot_date as as_of_date,
        limited.is_current,
        limited.tier,
        limited.health_score,
        limited.score_change,
        interaction.last_contact_date,
        cast(interaction.days_without_contact as bigint) as days_without_contact,
        opportunities.days_without_follow_up,
        orders.days_without_order,
        complaints.complaints_30_days,
        coalesce(complaints.complaints_30_days >= context.limit_complaints_in_30_days, false) as is_complaints,
        {{ is_health_drop('limited') }} as is_health_drop,
        coalesce(limited.health_score < context.limit_health_score, false) as is_health_below_limit,
        limited.tier = 'A' and coalesce(orders.days_without_order >= context.limit_days_without_order_key_account, false)
            as is_no_order_key_account,
        coalesce(opportunities.days_without_follow_up > context.limit_days_without_follow_up, false) as is_stale_opportunity,
        -- nobody calls on the customers of a shop
        context.profile <> 'b2c' and limited.contact_limit > 0 and coalesce(interaction.days_without_contact >= limited.contact_limit, false)
            as is_no_contact,
        coalesce(interaction.days_without_contact >= context.limit_days_without_contact, false) as is_plain_no_contact,
        -- a rule that warns alone can only have been kept where what it looks at is known
        (context.warns_complaints and complaints.customer_key is not null)
            or (context.warns_health_drop and limited.score_change is not null)
            or (context.warns_health_below_limit and limited.health_score is not null)
            or (context.warns_no_order_key_account and limited.tier = 'A' and orders.days_without_order is not null)
            or (context.warns_stale_opportunity and brought.has_opportunities and brought.has_activities)
            or (context.warns_no_contact and context.profile <> 'b2c' and limited.contact_limit > 0
                and interaction.days_without_contact is not null) as is_judged
    from limited
    cross join context
    cross join {{ ref('int_brought') }} as brought
    {%- for name in ['opportunities', 'orders'] %}
    left join {{ ref('int_warning_' ~ name) }} as {{ name }}
        on {{ name }}.customer_key = limited.customer_key and {{ name }}.snapshot_date = limited.snapshot_date
    {%- endfor %}
    {%- for name in ['interaction', 'complaints'] %}
    left join {{ ref('int_health_' ~ name) }} as {{ name }}
        on {{ name }}.customer_key = limited.customer_key and {{ name }}.snapshot_date = limited.snapshot_date
    {%- endfor %}
),

final as (
    select
        flagged.*,
        -- a rule that is only a reason beside others warns of nobody
        {% for rule in warning_rules() %}(flagged.is_{{ rule }} and context.warns_{{ rule }}){{ ' or ' if not loop.last }}{% endfor %} as is_at_risk
    from flagged
    cross join context
)

select * from final
