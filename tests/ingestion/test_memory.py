"""However large a table is, reading it takes the same memory."""

import os
import sys

import pytest

from benchmarks.measure import run
from tests.ingestion.servers import needed

ROWS = 600_000
# Rows of 2.6 kB that exist nowhere: 1.6 GB, three times what reading may take.
QUERIES = {
    "postgres": "select n::text as product_code, repeat(md5(n::text), 82) as product_name"
    f" from generate_series(1, {ROWS}) as n",
    "mysql": f"select seq as product_code, repeat(md5(seq), 82) as product_name from seq_1_to_{ROWS}",
    "sqlite": f"with recursive n(n) as (select 1 union all select n + 1 from n where n < {ROWS})"
    " select cast(n as text) as product_code, replace(hex(zeroblob(1300)), '0', n % 10) as product_name from n",
}
LIMIT_MB = 600


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.parametrize("backend", sorted(QUERIES))
def test_reading_three_times_the_limit_stays_below_it(small_company, backend):
    url = "sqlite:///${CMW_HOME}/source.db" if backend == "sqlite" else needed(backend)
    small_company.sql("create table anything (n integer)")
    small_company.source(f'erp_products: {{query: "{QUERIES[backend]}"}}', connection=url)
    places = {"CMW_CONFIG": str(small_company.settings.config), "CMW_HOME": str(small_company.settings.home)}
    cost = run([sys.executable, "-m", "benchmarks.load_once"], {**os.environ, **places})
    (rows,) = small_company.query(
        "select count(*) as rows, sum(length(product_name)) as characters from log", "erp_products"
    )
    assert rows["rows"] == ROWS and rows["characters"] > 2.5 * LIMIT_MB * 1_000_000
    assert cost.peak_mb < LIMIT_MB, cost
