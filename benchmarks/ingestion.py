"""Two million rows of twelve columns from each kind of database, beside the bare way of reading them.

Each is read bare and loaded in turns, so that both meet the same machine, and the best of each counts. Then come all
of them as sources of one company, beside one after the other, and an empty incremental check of 30 entities.

MariaDB's bare peer needs its C driver, which the product does not: `make bench` puts it into .venv-peer, where it can
be compiled (gcc, pkg-config, libmariadb-dev).
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from benchmarks.large_table import ENTITY, drop_table, make_table
from benchmarks.measure import Cost, python

LIMITS = {"postgresql": 0.6, "mysql": 0.5, "mariadb": 0.5, "sqlite": 0.5}
CHECKED_ENTITIES = 30
PEER = Path(__file__).parents[1] / ".venv-peer"
COMPANY = "name: Benchmark\nreporting_currency: CNY\n"
HEAD = "source_system: {system}\nkind: erp\nconnection: ${{{variable}}}\ntimezone: Asia/Shanghai\nentities:\n{entities}"


def _company(folder: Path, *urls: str) -> dict[str, str]:
    """A company with a source for each URL, which reads the table; returns its environment."""
    sources = folder / "config" / "sources"
    sources.mkdir(parents=True)
    (folder / "config" / "company.yml").write_text(COMPANY, encoding="utf-8")
    variables = {f"BENCHMARK_URL_{number}": url for number, url in enumerate(urls)}
    for number, variable in enumerate(variables):
        text = HEAD.format(system=f"bench{number}", variable=variable, entities=ENTITY)
        (sources / f"bench{number}.yml").write_text(text, encoding="utf-8")
    return {"CMW_CONFIG": str(folder / "config"), "CMW_HOME": str(folder / "home"), **variables}


def _best(costs: list[Cost]) -> Cost:
    return min(costs, key=lambda cost: cost.wall)


def _line(what: str, rows: int, cost: Cost, beside: str) -> str:
    return f"| {what} | {rows / cost.wall:,.0f} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak_mb:.0f} | {beside} |"


def measure(url: str, rows: int, repeat: int, folder: Path) -> tuple[list[str], Cost]:
    """Two lines of the table, bare and loaded, and the load's cost. CPU seconds are those of the reading process."""
    backend = make_url(url).get_backend_name()
    bare, loaded = [], []
    for turn in range(repeat):
        place = folder / f"{backend}-{turn}"
        env = _company(place, url)
        target = str(place / "bare.parquet")
        if backend in ("mysql", "mariadb"):
            bare.append(python({**env, "PYTHONPATH": str(PEER)}, "-m", "benchmarks.bare_mysql", url, target))
        else:
            bare.append(python(env, "-m", "benchmarks.bare_peers", url, target))
        loaded.append(python(env, "-m", "benchmarks.load_once"))
        shutil.rmtree(place)
    ratio = _best(bare).wall / _best(loaded).wall
    lines = [
        _line(f"{backend}, bare", rows, _best(bare), "–"),
        _line(f"{backend}, loaded", rows, _best(loaded), f"{ratio:.2f} of bare; aimed at {LIMITS[backend]}"),
    ]
    return lines, _best(loaded)


def measure_together(urls: list[str], rows: int, alone: list[Cost], folder: Path) -> str:
    """All of them as sources of one company, beside the sum of what each took alone."""
    cost = python(_company(folder / "together", *urls), "-m", "benchmarks.load_once")
    one_by_one = sum(single.wall for single in alone)
    beside = f"{cost.wall / one_by_one:.2f} of the {one_by_one:.1f} s one after the other"
    return _line(f"{len(urls)} sources together", rows * len(urls), cost, beside)


def measure_empty_check(folder: Path) -> str:
    """30 entities of which nothing is new; the first load is not counted, and neither is starting Python."""
    url = f"sqlite:///{folder / 'small.db'}"
    make_table(url, 1000)
    env = _company(folder / "small", *[url] * CHECKED_ENTITIES)
    python(env, "-m", "benchmarks.load_once")
    cost, idle = python(env, "-m", "benchmarks.load_once"), python(env, "-m", "benchmarks.load_once", "--only-import")
    wall, cpu = cost.wall - idle.wall, cost.cpu - idle.cpu
    return (
        f"| nothing new in {CHECKED_ENTITIES} entities | – | {wall:.1f} | {cpu:.1f} | {cost.peak_mb:.0f} | limit 2 s |"
    )


def table(urls: list[str], rows: int, repeat: int) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured; `sqlite` stands for a file made for it."""
    with tempfile.TemporaryDirectory() as name:
        folder, alone = Path(name), []
        urls = [f"sqlite:///{folder / 'large.db'}" if url == "sqlite" else url for url in urls]
        yield "| what | rows/s | wall s | CPU s | peak MB | beside |"
        yield "|---|---|---|---|---|---|"
        try:
            for url in urls:
                make_table(url, rows)
                lines, cost = measure(url, rows, repeat, folder)
                alone.append(cost)
                yield from lines
            if len(urls) > 1:
                yield measure_together(urls, rows, alone, folder)
        finally:
            for url in urls:
                drop_table(url)
        yield measure_empty_check(folder)
