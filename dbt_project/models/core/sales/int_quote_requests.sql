-- The versions for one opportunity are one offer: it was asked for once and answered by whichever version was sent first. Where
-- nobody wrote down when it was asked for, the entry into the stage in which the opportunity then stood does.
with versions as (
    select
        quotes.source_system,
        {{ offer_of('quotes') }} as offer_id,
        quotes.opportunity_id,
        quotes.requested_at,
        min(quotes.sent_at) over (partition by quotes.source_system, {{ offer_of('quotes') }}) as sent_at
    from {{ ref('stg_crm__quotes') }} as quotes
),

-- what was asked for after the first answer is another version, and no request that was answered before it was made
offers as (
    select
        source_system,
        offer_id,
        opportunity_id,
        min(case when sent_at is null or requested_at <= sent_at then requested_at end) as requested_at,
        min(sent_at) as sent_at
    from versions
    group by source_system, offer_id, opportunity_id
),

stood as (
    select offers.source_system, offers.offer_id, max(stages.entered_at) as stage_entered_at
    from offers
    inner join {{ ref('fct_opportunity_stages') }} as stages
        on offers.source_system = stages.source_system
        and offers.opportunity_id = stages.opportunity_id
        and stages.outcome = 'open'
        and (offers.sent_at is null or stages.entered_at <= offers.sent_at)
    where offers.requested_at is null
    group by offers.source_system, offers.offer_id
),

final as (
    select
        offers.source_system,
        offers.offer_id,
        cast(coalesce(offers.requested_at, stood.stage_entered_at) as timestamp) as requested_at,
        stood.stage_entered_at is not null as is_request_estimated,
        cast(offers.sent_at as timestamp) as sent_at
    from offers
    left join stood on offers.source_system = stood.source_system and offers.offer_id = stood.offer_id
)

select * from final
