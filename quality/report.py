"""What `cmw quality report` shows, out of the published tables of schema ``quality``."""

import duckdb

# What failed, the critical first, with the keys that the check kept. A check that passed is not shown.
FAILED_CHECKS = """
select severity, gate, table_name, check_name, source_system, failed_count, checked_count, owner, reason, reason_zh,
    observed, failed_keys
from quality.check_results
where not passed
order by severity, gate, table_name, check_name, source_system
"""
# A row that breaks two rules is counted under both; rule_number = 1 counts it once.
HELD_BACK = """
select entity, rule, source_system, count(*) as rows_held, min(held_since) as since,
    count(*) filter (has_older_version) as with_older_version, sum(amount) as amount, owner
from quality.quarantined_rows
group by entity, source_system, rule, owner
order by entity, source_system, rule
"""
# One line a subject: its months may differ by what cancels out, so a line ties where none of its comparisons differs.
RECONCILIATION = """
select scope, coalesce(entity, account_class) as subject, coalesce(source_system, '') as source_system, measure,
    sum(expected_value) filter (scope <> 'ledger' or measure = 'movement') as expected,
    sum(found_value) filter (scope <> 'ledger' or measure = 'movement') as found,
    sum(held_value) filter (scope <> 'ledger' or measure = 'movement') as held,
    count(*) as comparisons,
    count(*) filter (difference_value <> 0 or difference_value is null) as differences,
    sum(difference_value) as difference, max(abs(difference_value)) as greatest_difference
from quality.reconciliation
group by all
order by differences desc, scope, subject, source_system, measure
"""
SCORES = """
select layer, table_name, owner, rule_count, failed_rule_count, checked_count, failed_count, score
from quality.scorecard
where dimension = 'all'
order by score nulls last, layer, table_name
"""
PARTS = {
    "failed_checks": FAILED_CHECKS,
    "held_back": HELD_BACK,
    "reconciliation": RECONCILIATION,
    "scores": SCORES,
}


def quality_report(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, object]]]:
    """Each part as rows by column name, from a connection that has the published (or the working) tables."""
    report = {}
    for part, query in PARTS.items():
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        report[part] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return report
