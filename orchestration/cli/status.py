"""`cmw status`, `cmw doctor` and `cmw maintain`."""

import dataclasses
from typing import Any

import typer

from orchestration import environment
from orchestration.cli.output import JsonFlag, console, print_json, print_table, show
from warehouse.clock import business_today
from warehouse.company import load_company
from warehouse.errors import CmwError
from warehouse.settings import Settings


def status(as_json: JsonFlag = False) -> None:
    """What was last published, whether a run failed since and why, and what each source last brought."""
    from orchestration.running import running_now
    from warehouse.disk_use import disk_use, size_text
    from warehouse.erasures import may_show_erased
    from warehouse.operational_store import open_store
    from warehouse.published import current_version
    from warehouse.raw_manifest import read_manifest
    from warehouse.versions import read_version

    settings = environment.prepare()
    company = load_company(settings)
    folder = current_version(settings)
    last = read_version(folder) if folder else None
    store = open_store(settings)
    shows_erased = bool(last) and may_show_erased(store, last)
    store.dispose()
    latest = {(load.source_system, load.entity): load for load in read_manifest(settings).loads}
    sources: dict[str, dict] = {}
    for (system, _), load in sorted(latest.items()):
        line = sources.setdefault(
            system, {"source_system": system, "entities": 0, "last_read": load.loaded_at, "failed": 0}
        )
        line["entities"] += 1
        line["last_read"] = max(line["last_read"], load.loaded_at)
        line["failed"] += load.status == "failed"
    running = running_now(settings)
    failed = _last_failure(settings)
    facts = {
        "company": company.name,
        "business_date": business_today(settings, company),
        "published_version": last.version_id if last else None,
        "published_as_of": last.as_of_date if last else None,
        "published_before_erasure": shows_erased,
        "running": dataclasses.asdict(running[0]) if running else None,
        "last_failure": failed,
        "sources": list(sources.values()),
        "disk": disk_use(settings),
    }
    if as_json:
        print_json(facts)
        return
    console.print(f"{company.name} · {company.name_zh} · business date {facts['business_date']}", markup=False)
    if last:
        console.print(f"Published: version {last.version_id}, as of {last.as_of_date or 'no day yet'}")
        console.print(f"  {settings.published / 'current' / 'customer_metrics.duckdb'}", soft_wrap=True, markup=False)
        if shows_erased:
            told = (
                "Its marts are from before an erasure and may show the erased data; "
                "the next run whose checks pass withdraws them: `cmw run`."
            )
            console.print(f"  [bold yellow]{told}[/]", soft_wrap=True)
    else:
        console.print("Nothing was published yet. Run `cmw run`.")
    console.print(f"Running now: {'; '.join(map(str, running)) or 'nothing'}", soft_wrap=True, markup=False)
    if failed:
        console.print(failed["sentence"], soft_wrap=True, markup=False)
    print_table("Sources", facts["sources"])
    console.print("Disk: " + ", ".join(f"{name} {size_text(size)}" for name, size in facts["disk"].items()))


def _last_failure(settings: Settings) -> dict[str, Any] | None:
    """The failed run; where the records of runs cannot be read, that: the rest of the status is known all the same."""
    from orchestration.last_failure import last_failure

    try:
        failed = last_failure(settings)
    except CmwError as error:
        return {"sentence": str(error)}
    return {**dataclasses.asdict(failed), "sentence": failed.sentence} if failed else None


def doctor(
    as_json: JsonFlag = False, mend: bool = typer.Option(False, "--mend", help="Mend the raw change log.")
) -> None:
    """Check all that a run reads first, connections, disk, locks, stores, the change log and how the last run ended."""
    from ingestion.check import check_sources
    from ingestion.log_health import inspect_log, mend_log
    from orchestration.before_a_run import CHECKS, LAST_RUN
    from orchestration.running import running_now
    from warehouse.doctor import examine

    settings = environment.prepare()
    faults = mend_log(settings) if mend else inspect_log(settings)
    if not mend and running_now(settings):  # what a run is writing is no left-over of a killed one
        faults = [fault for fault in faults if fault.severity == "error"]
    findings = [dataclasses.asdict(finding) for finding in examine(settings, CHECKS)]
    findings += [
        {
            "severity": "info" if mend else fault.severity,
            "what": f"raw/{fault.path} {fault.what}",
            "remedy": "Mended" if mend else f"Run `cmw doctor --mend`. {fault.remedy}",
        }
        for fault in faults
    ]
    if not any(finding["severity"] == "error" for finding in findings):
        findings += [
            {
                "severity": found.severity,
                "what": f"{f'{found.source_system} {found.entity}'.strip()}: {found.what}",
                "remedy": found.remedy,
            }
            for found in check_sources(settings, load_company(settings))
        ]
    if not as_json:
        findings = [finding for finding in findings if finding["severity"] not in ("ok", "info")]
    show("Findings", findings, as_json, ["severity", "what", "remedy"])
    if any(finding["severity"] == "error" for finding in findings):
        raise typer.Exit(1)
    if not as_json:
        has_failed = any(finding.get("area") == LAST_RUN for finding in findings)
        console.print(
            "Nothing that can be looked at stops a run; whether the last one's fault is gone, the next one tells."
            if has_failed
            else "Nothing stops a run."
        )


def maintain(as_json: JsonFlag = False) -> None:
    """Merge small files of the change log and drop versions past their time (keep_history of the source files)."""
    from ingestion.log_health import disk_use
    from ingestion.maintain import maintain as maintain_log
    from warehouse.disk_use import size_text

    settings = environment.prepare()
    done = maintain_log(settings, load_company(settings))
    show("What was rewritten", [dataclasses.asdict(one) for one in done], as_json)
    if not as_json:
        use = sorted(disk_use(settings).items(), key=lambda item: -item[1])
        largest = ", ".join(f"{entity} {size_text(size)}" for entity, size in use[:3])
        console.print(f"The change log has {size_text(sum(size for _, size in use))}; the largest: {largest}")
        console.print("Files that were replaced are removed after a day, when nobody can be reading them any more.")


def add_to(app: typer.Typer) -> None:
    app.command()(status)
    app.command()(maintain)
    app.command()(doctor)
