"""python -m benchmarks.identity [HOME]: how right the identity step is on a demo company, against its truth.

Counted are pairs of accounts and ERP customers. A pair is hard where the truth says that no exact key links it.
"""

import sys
from pathlib import Path

import duckdb

PAIRS = """
with records as (
    select
        who.true_customer_id, who.link, map.customer_key, map.match_rule,
        who.entity || ' ' || who.source_key as record
    from '{truth}' as who
    inner join '{map}' as map
        on map.source_system = who.source_system and map.entity = who.entity and map.source_key = who.source_key
        and map.valid_to is null
    where who.entity in ('crm_accounts', 'erp_customers')
)
select
    one.record, other.record, one.true_customer_id = other.true_customer_id as is_true,
    one.customer_key = other.customer_key as is_joined, 'not_exactly' in (one.link, other.link) as is_hard,
    case when one.match_rule = other.match_rule then one.match_rule else one.match_rule || ', ' || other.match_rule end
from records as one inner join records as other on one.record < other.record
where one.true_customer_id = other.true_customer_id or one.customer_key = other.customer_key
order by 1, 2
"""


def measure(home: Path) -> tuple[dict[str, float], list[str]]:
    """Precision and recall with their counts, and the pairs that were joined wrongly."""
    files = {"truth": home / "demo/truth/who_is_who.parquet", "map": home / "identity/customer_identity_map.parquet"}
    with duckdb.connect() as connection:
        pairs = connection.execute(PAIRS.format(**files)).fetchall()
    joined = [pair for pair in pairs if pair[3]]
    right = [pair for pair in joined if pair[2]]
    linkable = [pair for pair in pairs if pair[2] and not pair[4]]
    found = {
        "pairs of one customer": sum(pair[2] for pair in pairs),
        "of them with an exact key": len(linkable),
        "joined": len(joined),
        "joined rightly": len(right),
        "precision": len(right) / len(joined),
        "recall": len(right) / sum(pair[2] for pair in pairs),
        "recall of pairs with an exact key": sum(pair[3] for pair in linkable) / len(linkable),
    }
    return found, [f"{pair[0]} with {pair[1]} by {pair[5]}" for pair in joined if not pair[2]]


def main() -> None:
    found, wrong = measure(Path(sys.argv[1] if len(sys.argv) > 1 else "data"))
    for name, value in found.items():
        print(f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {value:.4f}")
    print(f"joined wrongly: {'; '.join(wrong) or 'none'}")


if __name__ == "__main__":
    main()
