"""The verdict file: always there, replaced in one step, the same after a kill."""

import shutil
import subprocess
import sys
import time

import duckdb
import pyarrow.parquet as pq

from quality.judged import state_path
from quality.verdicts import SCHEMA, ensure_verdicts, verdicts_path

WRITER = """
import sys
from pathlib import Path
import duckdb
from quality.verdicts import Superseded, replace_verdicts
from warehouse.settings import Settings

settings = Settings(Path(sys.argv[1]), Path(sys.argv[1]))
connection = duckdb.connect()
for turn in range(10**9):
    connection.execute(
        "create or replace table fresh as"
        " select 'e' as entity, 's' as source_system, i::varchar as key, 'h' as row_hash,"
        f" 'turn {turn}' as rule, 1::bigint as rule_version, 'critical' as severity, 1::bigint as load_seq,"
        " timestamp '2026-01-01' as judged_at from range(20000) as t(i)"
    )
    replace_verdicts(connection, settings, "fresh", Superseded(whole={"e"}), [])
    print(turn, flush=True)
"""


def test_the_file_is_there_with_all_columns_before_anything_is_judged(log, judge):
    judge()
    table = pq.read_table(verdicts_path(log.settings))
    assert table.schema.names == SCHEMA.names
    assert table.num_rows == 0


def test_types_stay_the_same_once_there_are_verdicts(log, judge):
    log.load("erp_products", [{"product_code": "P1"}, {"product_code": "P2", "standard_cost": -1}])
    judge()
    written = pq.read_schema(verdicts_path(log.settings))
    assert [(field.name, field.type) for field in written] == [(field.name, field.type) for field in SCHEMA]


def test_a_writer_killed_at_any_moment_leaves_one_whole_set_of_verdicts(tmp_path):
    for attempt in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        writer.stdout.readline()
        time.sleep(0.011 * attempt)
        writer.kill()
        writer.wait()
        path = tmp_path / "quality" / "verdicts.parquet"
        found = duckdb.sql(f"select rule, count(*) from '{path}' group by rule").fetchall()
        assert [count for _, count in found] == [20000], found


def test_a_run_killed_between_verdicts_and_state_judges_again_to_the_same_verdicts(log, judge, verdicts):
    log.load("erp_products", [{"product_code": "P1", "standard_cost": 1}])
    judge()
    older = state_path(log.settings).with_suffix(".older")
    shutil.copy(state_path(log.settings), older)
    log.load("erp_products", [{"product_code": "P2", "standard_cost": -1}])
    log.load("erp_customers", [{"customer_code": "K1", "customer_name": "Hengfeng", "crm_account_id": "gone"}])
    judge()
    expected = verdicts()
    older.replace(state_path(log.settings))
    judge()
    assert verdicts() == expected
    assert len(expected) == len(set(expected))


def test_an_existing_file_is_left_as_it_is(log, judge, verdicts):
    log.load("erp_products", [{"product_code": "P2", "standard_cost": -1}])
    judge()
    before = verdicts()
    ensure_verdicts(log.settings)
    assert verdicts() == before != []
