"""Gate 1: judges what just landed in the raw change log, before anything is built from it.

Order of writing: verdicts, then the state. A run killed in between judges the same loads again, with the
same verdicts in the place of the old ones.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import duckdb

from quality.conditions import text
from quality.entity_judge import VERDICTS, EntityJudge, create_verdict_table
from quality.expectations import Expectations
from quality.judged import Judged, read_judged, write_judged
from quality.late_rows import judge_late_rows
from quality.plan import Work, plan
from quality.rulebook import EntityRules, load_raw_rules
from quality.scratch import files_sql, newest_sql
from quality.scratch_folder import open_scratch
from quality.table_rules import judge_loads, judge_rates, judge_volume
from quality.verdicts import Superseded, ensure_verdicts, replace_verdicts, verdicts_path
from warehouse.check_result import CheckResult, GateResult
from warehouse.clock import load_time
from warehouse.company import Company
from warehouse.freshness import Silence, find_silence
from warehouse.raw_manifest import LoadRecord, RawManifest, read_manifest
from warehouse.settings import Settings

Report = Callable[[str, dict], None]


def _silent(_: str, __: dict) -> None:
    """Reports to nobody."""


def judge(
    settings: Settings,
    company: Company,
    run_id: str,
    report: Report = _silent,
    expected_every: Mapping[str, timedelta] | None = None,
    rulebook: dict[str, EntityRules] | None = None,
) -> GateResult:
    """Judges every load not yet judged, and again what a changed rule is about.

    Args:
        run_id: not part of a verdict, so that the same rows give the same verdicts in every run.
        report: called with ('judged', {entity, rows, held, failed}) after each entity.
        expected_every: how often each source system brings something; without it freshness is not judged.
    """
    manifest = read_manifest(settings)
    rules = load_raw_rules() if rulebook is None else rulebook
    known = read_judged(settings)
    judged = known or Judged()
    state_was_lost = known is None and verdicts_path(settings).exists()
    ensure_verdicts(settings)
    now = load_time(settings, company)
    checks = _load_checks(rules, manifest, _silent_sources(manifest, expected_every or {}, now, company), now)
    todo = plan(rules, manifest, judged)
    if todo:
        checks += _judge_rows(settings, manifest, rules, judged, todo, now, report)
        write_judged(settings, judged)
    seen = {entity for entity, state in known.entities.items() if state.rules} if known else set()
    rejudged = {work.entity for work in todo if work.whole and (work.entity in seen or state_was_lost)}
    return GateResult(checks, judged.broken, judged.held_rows, rejudged)


def _silent_sources(
    manifest: RawManifest, expected_every: Mapping[str, timedelta], now: datetime, company: Company
) -> dict[str, Silence | None]:
    """A source as a whole brings something new; its single tables need not."""
    return {
        system: find_silence([one for one in manifest.loads if one.source_system == system], every, now, company)
        for system, every in expected_every.items()
    }


def _load_checks(
    rules: dict[str, EntityRules], manifest: RawManifest, silent: Mapping[str, Silence | None], now: datetime
) -> list[CheckResult]:
    loads: dict[str, dict[str, list[LoadRecord]]] = {}
    for record in sorted(manifest.loads, key=lambda record: record.load_seq):
        loads.setdefault(record.entity, {}).setdefault(record.source_system, []).append(record)
    return [
        check
        for entity, by_source in sorted(loads.items())
        if entity in rules
        for check in judge_loads(rules[entity], by_source, now, silent)
    ]


def _judge_rows(
    settings: Settings,
    manifest: RawManifest,
    rules: dict[str, EntityRules],
    judged: Judged,
    todo: list[Work],
    now: datetime,
    report: Report,
) -> list[CheckResult]:

    superseded = Superseded()
    checks: list[CheckResult] = []
    with open_scratch(settings) as connection, Expectations(connection) as expectations:
        create_verdict_table(connection)
        judge_of = EntityJudge(connection, settings, manifest, expectations, rules, now)
        for work in todo:
            found = judge_of.judge(work)
            state = judged.of(work.entity)
            volume = judge_volume(connection, settings, judge_of.current, work, state, now)
            late = judge_late_rows(connection, settings, work, now)
            found.checks += judge_rates(work, found, now) + volume + late
            checks += found.checks
            _note(superseded, work, found.compared)
            state.rules = work.rules.fingerprint
            state.load_seq = max(file.load_seq for file in work.log)
            failed = sum(not check.passed for check in found.checks)
            rows, held = sum(found.landed.values()), sum(found.held.values())
            report("judged", {"entity": work.entity, "rows": rows, "held": held, "failed": failed})
        of_set = [(entity, rule.name) for entity, of_entity in rules.items() for rule in of_entity.set_rules]
        replace_verdicts(connection, settings, VERDICTS, superseded, of_set)
        for work in todo:
            judged.of(work.entity).held_rows = _held_rows(connection, settings, work)
    return checks


def _note(superseded: Superseded, work: Work, compared: set[str]) -> None:
    if work.whole:
        superseded.whole.add(work.entity)
    elif work.landed:
        superseded.loads[work.entity] = {number for file in work.landed for number in file.load_seqs}
    if compared:
        superseded.rules[work.entity] = compared


def _held_rows(connection: duckdb.DuckDBPyConnection, settings: Settings, work: Work) -> int:
    """Newest versions that are held back now."""
    verdicts = f"""
        select distinct source_system, key, row_hash
        from read_parquet({text(str(verdicts_path(settings)))})
        where entity = {text(work.entity)} and severity = 'critical'
    """
    judged_keys = f"(source_system, _key) in (select (source_system, key) from ({verdicts}))"
    newest = newest_sql(files_sql(settings, work.log), judged_keys)
    query = f"""
        select count(*) from ({newest}) as n
        join ({verdicts}) as v on v.source_system = n.source_system and v.key = n._key and v.row_hash = n._row_hash
    """
    return connection.execute(query).fetchone()[0]
