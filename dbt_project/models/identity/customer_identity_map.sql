-- Written by the identity step (identity.resolve), which runs between staging and core.
select
    customer_key,
    source_system,
    entity,
    source_key,
    match_rule,
    match_confidence,
    matched_on,
    is_survivor,
    first_seen_at,
    valid_from,
    valid_to
from {{ home_parquet('identity/customer_identity_map.parquet') }}
