-- A ledger names its documents in its own words, and numbers of different kinds overlap. The kind that a word means
-- is learned: it is the one for which most receivable postings of that word find a record of their number on their
-- day.
with postings as (
    select gl_entry_key, source_system, coalesce(document_type, '') as document_type, document_id, posting_date
    from {{ ref('fct_gl_entries') }}
    where account_class = 'receivable' and document_id is not null
),

totals as (
    select source_system, document_type, count(*) as posting_count from postings group by source_system, document_type
),

matches as (
    select
        postings.source_system,
        postings.document_type,
        events.cause_entity,
        count(distinct postings.gl_entry_key) as match_count
    from postings
    inner join {{ ref('int_receivable_events') }} as events
        on events.cause_key = {{ source_key('postings.source_system', 'postings.document_id') }}
        and events.event_date = postings.posting_date
    group by postings.source_system, postings.document_type, events.cause_entity
),

ranked as (
    select
        matches.*,
        row_number() over (
            partition by matches.source_system, matches.document_type
            order by matches.match_count desc, matches.cause_entity
        ) as choice
    from matches
    inner join totals
        on totals.source_system = matches.source_system
        and totals.document_type = matches.document_type
        and matches.match_count * 2 >= totals.posting_count
)

select source_system, document_type, cause_entity, match_count
from ranked
where choice = 1
