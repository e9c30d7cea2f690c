"""The money behind raw rows: a query of amount and currency per key, from what the rule file of the entity says."""

from quality.rulebook import EntityRules
from quality.scratch import files_sql, newest_sql
from warehouse.raw_manifest import RawManifest
from warehouse.settings import Settings

NOTHING = """
    select '' as source_system, '' as _key, cast(null as decimal(18, 4)) as amount, '' as currency where false
"""


def money_query(settings: Settings, rules: EntityRules, manifest: RawManifest, only: str, ledger_currency: str) -> str:
    """Query of source_system, _key, amount and currency of the newest versions where ``only`` holds.

    ``ledger_currency`` is SQL over a row of the entity. A line has the currency of its header, also where that is held
    back; an order has the sum of its lines.
    """
    money = rules.file.money
    if money is None:
        return NOTHING
    own = newest_sql(files_sql(settings, manifest.files_of(rules.name)), only)
    if money.lines:
        return _of_lines(settings, rules, manifest, own)
    if money.header:
        headers = _newest(settings, manifest, money.header)
        key = f'"{money.header_key}"'
        return f"""
            select n.source_system, n._key, n.amount, h.currency
            from (select *, {money.column} as amount from ({own})) as n
            left join ({headers}) as h on h.source_system = n.source_system and h.{key} = n.{key}
        """
    currency = ledger_currency if money.currency == "ledger" else money.currency
    return f"select source_system, _key, {money.column} as amount, {currency} as currency from ({own})"


def _of_lines(settings: Settings, rules: EntityRules, manifest: RawManifest, own: str) -> str:
    money = rules.file.money
    return f"""
        select n.source_system, n._key, sum(l.{money.column}) as amount, any_value(n.{money.currency}) as currency
        from ({own}) as n
        left join ({_newest(settings, manifest, money.lines)}) as l
            on l.source_system = n.source_system and l."{money.header_key}" = n."{money.header_key}"
        group by n.source_system, n._key
    """


def _newest(settings: Settings, manifest: RawManifest, entity: str) -> str:
    """Newest versions of another entity; of one that nobody brings, its empty file."""
    log = manifest.files_of(entity) or [file for file in manifest.files if file.entity == entity]
    return newest_sql(files_sql(settings, log))
