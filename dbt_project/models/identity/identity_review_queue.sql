-- Written by the identity step (identity.resolve). Evidence names columns, never contact data.
select
    pair_id,
    left_system,
    left_entity,
    left_key,
    right_system,
    right_entity,
    right_key,
    reason,
    evidence,
    status,
    first_seen_at
from {{ home_parquet('identity/identity_review_queue.parquet') }}
