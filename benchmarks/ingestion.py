"""Two million rows of twelve columns from each kind of database, beside the bare way of reading them.

`python -m benchmarks.ingestion [--rows N] [--repeat N] URL…`, each URL a database that may be written to;
`sqlite` stands for a new SQLite file. Each is read bare and loaded in turns, so that both meet the same machine,
and the best of each counts. Last comes an empty incremental check of 30 entities.
"""

import argparse
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from benchmarks.large_table import ENTITY, ROWS, drop_table, make_table
from benchmarks.measure import Cost, python

LIMITS = {"postgresql": 0.6, "mysql": 0.5, "mariadb": 0.5, "sqlite": 0.5}
CHECKED_ENTITIES = 30
COMPANY = "name: Benchmark\nreporting_currency: CNY\n"
HEAD = (
    "source_system: {system}\nkind: erp\nconnection: ${{BENCHMARK_URL}}\ntimezone: Asia/Shanghai\nentities:\n{entities}"
)


def _company(folder: Path, url: str, systems: int = 1) -> dict[str, str]:
    """A company whose sources all read the table; returns its environment."""
    sources = folder / "config" / "sources"
    sources.mkdir(parents=True)
    (folder / "config" / "company.yml").write_text(COMPANY, encoding="utf-8")
    for number in range(systems):
        text = HEAD.format(system=f"bench{number}", entities=ENTITY)
        (sources / f"bench{number}.yml").write_text(text, encoding="utf-8")
    return {"CMW_CONFIG": str(folder / "config"), "CMW_HOME": str(folder / "home"), "BENCHMARK_URL": url}


def _best(costs: list[Cost]) -> Cost:
    return min(costs, key=lambda cost: cost.wall)


def _line(what: str, rows: int, cost: Cost, beside: str) -> str:
    return f"| {what} | {rows / cost.wall:,.0f} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak_mb:.0f} | {beside} |"


def measure(url: str, rows: int, repeat: int, folder: Path) -> list[str]:
    """Two lines of the table: bare, and loaded. CPU seconds are those of the reading process."""
    backend = make_url(url).get_backend_name()
    peer = "bare_mysql" if backend in ("mysql", "mariadb") else "bare_peers"
    make_table(url, rows)
    try:
        bare, loaded = [], []
        for turn in range(repeat):
            place = folder / f"{backend}-{turn}"
            env = _company(place, url)
            bare.append(python(env, "-m", f"benchmarks.{peer}", url, str(place / "bare.parquet")))
            loaded.append(python(env, "-m", "benchmarks.load_once"))
    finally:
        drop_table(url)
    ratio = _best(bare).wall / _best(loaded).wall
    return [
        _line(f"{backend}, bare", rows, _best(bare), "–"),
        _line(f"{backend}, loaded", rows, _best(loaded), f"{ratio:.2f} of bare; aimed at {LIMITS[backend]}"),
    ]


def measure_empty_check(folder: Path) -> str:
    """30 entities of which nothing is new; the first load is not counted, and neither is starting Python."""
    url = f"sqlite:///{folder / 'small.db'}"
    make_table(url, 1000)
    env = _company(folder / "small", url, CHECKED_ENTITIES)
    python(env, "-m", "benchmarks.load_once")
    cost, idle = python(env, "-m", "benchmarks.load_once"), python(env, "-m", "benchmarks.load_once", "--only-import")
    wall, cpu = cost.wall - idle.wall, cost.cpu - idle.cpu
    return (
        f"| nothing new in {CHECKED_ENTITIES} entities | – | {wall:.1f} | {cpu:.1f} | {cost.peak_mb:.0f} | limit 2 s |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingestion")
    parser.add_argument("urls", nargs="*", default=["sqlite"])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=2)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| what | rows/s | wall s | CPU s | peak MB | beside |\n|---|---|---|---|---|---|")
        for url in said.urls:
            address = f"sqlite:///{folder / 'large.db'}" if url == "sqlite" else url
            print("\n".join(measure(address, said.rows, said.repeat, folder)), flush=True)
        print(measure_empty_check(folder))


if __name__ == "__main__":
    main()
