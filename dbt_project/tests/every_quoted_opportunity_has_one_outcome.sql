-- Won, lost and open are all that was quoted, and every request is answered or waits (metrics 21 and 22): counted against the
-- quotes as they arrived.
with context as (
    select as_of_date, time_zone from {{ ref('run_context') }}
),

sent as (
    select count(*) as quoted
    from (
        select distinct quotes.source_system, quotes.opportunity_id
        from {{ ref('stg_crm__quotes') }} as quotes
        cross join context
        where quotes.opportunity_id is not null
            and {{ business_date('quotes.sent_at', 'context.time_zone') }} <= context.as_of_date
    ) as offers
),

outcomes as (
    select
        coalesce(sum({{ as_flag("quote_outcome in ('won', 'lost', 'open') and sent_date <= context.as_of_date") }}), 0) as decided,
        coalesce(sum(is_quoted), 0) as quoted,
        coalesce(sum(is_request), 0) as requests,
        coalesce(sum(is_answered), 0) as answered,
        coalesce(sum({{ as_flag('is_request = 1 and sent_date is null') }}), 0) as waiting
    from {{ ref('int_metric_quotes') }}
    cross join context
)

select outcomes.*, sent.quoted as sent_quotes
from outcomes
cross join sent
where outcomes.decided <> sent.quoted or outcomes.answered + outcomes.waiting <> outcomes.requests
