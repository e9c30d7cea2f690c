"""quality.quarantined_rows: which rows are held back, by which rule, since when, whose they are, and the money behind.

One row per held-back newest version and rule. The values of the row itself stay in the raw change log.
"""

import duckdb

from quality.broken_rows import BrokenRows, broken_rows
from quality.conditions import text
from quality.insert import create_table
from quality.money import money_query
from quality.rulebook import EntityRules
from warehouse.raw_manifest import RawManifest
from warehouse.settings import Settings

TABLE = "quality.quarantined_rows"
COLUMNS = {
    "entity": "varchar",
    "source_system": "varchar",
    "key": "varchar",
    "rule": "varchar",
    "rule_number": "bigint",
    "dimension": "varchar",
    "reason": "varchar",
    "reason_zh": "varchar",
    "owner": "varchar",
    "load_id": "varchar",
    "held_since": "timestamp",
    "has_older_version": "boolean",
    "document_amount": "decimal(18,4)",
    "currency": "varchar",
    "amount": "decimal(18,2)",
    "run_id": "varchar",
}


def staging_table(entity: str) -> str:
    """crm_accounts -> staging.stg_crm__accounts, svc_tickets -> staging.stg_service__tickets."""
    kind, rest = entity.split("_", 1)
    return f"staging.stg_{'service' if kind == 'svc' else kind}__{rest}"


def has_table(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Asked of the table itself: a listing of the catalogue takes thirty times as long, and many are asked for."""
    try:
        connection.execute(f"select 1 from {table} limit 0")
    except duckdb.CatalogException:
        return False
    return True


def write_quarantine(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    rulebook: dict[str, EntityRules],
    manifest: RawManifest,
) -> int:
    """Writes the table anew; returns how many rows are held back, each counted once."""
    create_table(connection, TABLE, COLUMNS)
    for broken in broken_rows(connection, settings, rulebook, manifest, "severity = 'critical'"):
        _insert(connection, settings, run_id, broken, manifest)
    rows = f"select count(*) from (select distinct entity, source_system, key from {TABLE})"
    return connection.execute(rows).fetchone()[0]


def _insert(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    run_id: str,
    broken: BrokenRows,
    manifest: RawManifest,
) -> None:
    rules = broken.rules
    entity = rules.name
    staged = staging_table(entity)
    older = (
        "select source_system, _key from " + staged if has_table(connection, staged) else "select '', '' where false"
    )
    ledger_currency, rates = _context(connection)
    money = money_query(settings, rules, manifest, broken.keys, ledger_currency)
    connection.execute(
        f"""
        insert into {TABLE}
        with newest as ({broken.newest}),
        broken as ({broken.verdicts}),
        reasons (rule, dimension, reason, reason_zh, owner) as (values {_reasons(rules)}),
        older (source_system, _key) as ({older}),
        money as ({money}),
        rates as ({rates})
        select
            {text(entity)}, n.source_system, n._key, b.rule,
            row_number() over (partition by n.source_system, n._key order by b.rule),
            r.dimension, r.reason, r.reason_zh, coalesce(r.owner, {text(rules.owner)}), n._load_id, n._loaded_at,
            o._key is not null, m.amount, m.currency,
            cast(round(m.amount * rates.rate, 2) as decimal(18, 2)), {text(run_id)}
        from newest as n
        join broken as b on b.source_system = n.source_system and b.key = n._key and b.row_hash = n._row_hash
        left join reasons as r on r.rule = b.rule
        left join older as o on o.source_system = n.source_system and o._key = n._key
        left join money as m on m.source_system = n.source_system and m._key = n._key
        left join rates on rates.currency = m.currency
        """
    )


def _reasons(rules: EntityRules) -> str:
    return ", ".join(
        f"({', '.join(map(text, (rule.name, rule.dimension, rule.reason.en, rule.reason.zh, rule.owner)))})"
        for rule in rules.row_rules
    )


def _context(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """SQL of a row's ledger currency, and a query of the rates into the reporting currency on the day computed for."""
    if not has_table(connection, "staging.run_context"):
        return "''", "select '' as currency, cast(null as decimal(20, 12)) as rate where false"
    ledger, reporting, ledgers = connection.execute(
        "select ledger_currency, reporting_currency, source_ledger_currencies from staging.run_context"
    ).fetchone()
    rates = f"select {text(reporting)} as currency, cast(1 as decimal(20, 12)) as rate"
    if has_table(connection, "core_internal.int_exchange_rates"):
        rates += f"""
            union all
            select rates.from_currency, rates.rate
            from core_internal.int_exchange_rates as rates
            join staging.run_context as context
                on context.as_of_date >= rates.valid_from and context.as_of_date < rates.valid_to
            where rates.to_currency = {text(reporting)} and rates.from_currency <> {text(reporting)}
        """
    own = f"nullif(regexp_extract({text(ledgers)}, ',' || source_system || ':([A-Z]{{3}}),', 1), '')"
    return f"coalesce({own}, {text(ledger)})", rates
