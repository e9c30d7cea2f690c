"""Columns that are typed in bulk have the values that they would have one by one."""

from datetime import datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ingestion.bulk_types import INSTANT, decimals_of, instants, retyped
from ingestion.column_plan import plan_columns
from ingestion.mapper import Mapper
from ingestion.readers.raw_arrow import batch, merged
from ingestion.sources import load_sources

ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]


@pytest.mark.parametrize("zone", ZONES)
def test_local_times_become_the_instants_that_the_engine_would_find(zone):
    start = datetime(1970, 1, 3)
    hours = int((datetime(2037, 12, 29) - start).total_seconds() // 3600)
    every = pa.array(np.datetime64(start, "us") + np.arange(hours) * np.timedelta64(1, "h"))
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = '{zone}'")
        connection.register("hours", pa.table({"local": every}))
        sql = "select timezone('UTC', cast(local as timestamptz)) as utc from hours"
        slow = connection.execute(sql).to_arrow_table().column("utc").combine_chunks()
    checked = 0
    for first in range(0, hours, 24 * 7):
        fast = _instants(every.slice(first, 24 * 7), zone)
        if fast is not None:
            assert pc.cast(fast, pa.timestamp("us")).equals(slow.slice(first, 24 * 7)), every[first]
            checked += 1
    assert checked > 3000, "weeks without a skipped hour go the short way"


def _instants(local: pa.Array, zone: str) -> pa.Array | None:
    try:
        return instants(local, zone)
    except pa.ArrowInvalid:  # an hour that clocks skip
        return None


@pytest.mark.parametrize("moment", [datetime(1901, 1, 1), datetime(2038, 6, 1), datetime(2400, 1, 1)])
def test_times_that_zone_rules_may_not_cover_go_the_long_way(moment):
    assert instants(pa.array([moment, moment + timedelta(hours=1)], pa.timestamp("us")), "Europe/London") is None


NUMBERS = st.one_of(
    st.floats(),
    st.decimals(-(10**12), 10**12, places=4).map(float),
    st.integers(-(10**16), 10**16).map(float),
    st.none(),
)


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.sampled_from([0, 2, 4, 8]))
def test_doubles_become_the_decimals_that_their_shortest_text_says(numbers, decimals):
    values = pa.array(numbers, pa.float64())
    fast = decimals_of(values, decimals)
    if fast is None:
        return
    fast.validate(full=True)
    for number, value in zip(numbers, fast.to_pylist(), strict=True):
        if number is None:
            assert value is None
        else:
            assert float(value) == number and value == pa.scalar(repr(number)).cast(pa.decimal256(60, 30)).as_py()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 0.30000000000000004, 1e300, 1.00005, 1e15])
def test_a_double_that_is_no_short_decimal_goes_the_long_way(number):
    assert decimals_of(pa.array([1.5, number]), 4) is None


@given(st.lists(st.floats(), max_size=9), st.sampled_from([[], [None], [True], [7], [2**53 + 1], ["x"]]))
def test_doubles_become_a_column_bit_by_bit_and_others_among_them_are_not_bent(floats, others):
    values = [*floats, *others]
    table = batch(1, [(value,) for value in values], 0, "t")
    if floats and not others:
        assert table.column(0).type == pa.float64()
        assert np.array(table.column(0)).tobytes() == np.array(floats).tobytes()
    elif floats and others[0] in (None, 7):
        assert table.column(0).to_pylist()[-1] == others[0]
    elif floats:
        assert table.column(0).type == pa.string() and table.column(0)[-1].as_py() == str(others[0]).replace("T", "t")


def test_slices_of_one_batch_fit_together_where_no_value_is_bent():
    slices = [batch(2, [(1, None)], 0, "t"), batch(2, [(1.5, "a")], 1, "t"), batch(2, [(None, "b")], 2, "t")]
    (whole,) = merged(slices)
    assert whole.column(0).to_pylist() == [1.0, 1.5, None] and whole.column(1).to_pylist() == [None, "a", "b"]
    assert whole.column("raw_position").to_pylist() == [0, 1, 2]


@pytest.mark.parametrize("value", ["x", b"\x00", 2**53 + 1])
def test_slices_that_do_not_fit_together_stay_apart(value):
    slices = [batch(1, [(1.5,)], 0, "t"), batch(1, [(value,)], 1, "t")]
    assert [table.num_rows for table in merged(slices)] == [1, 1]


LINES = """
erp_order_lines:
  table: lines
  columns: {order_line_id: id, order_id: order_no, quantity: qty, net_amount: net, promised_date: day,
            updated_at: changed}
  scales: {quantity: 2}
"""
TIMES = st.one_of(
    st.datetimes(datetime(1969, 12, 1), datetime(2038, 3, 1)).map(str),
    st.datetimes(datetime(2024, 3, 31), datetime(2024, 3, 31, 4)).map(lambda told: told.isoformat(sep="T")),
    st.datetimes(datetime(2024, 10, 27), datetime(2024, 10, 27, 4)).map(lambda told: told.isoformat(sep=" ")[:16]),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda told: str(told)[:19]),
    st.sampled_from(["", "2024-05-01", "2024-05-01 08:00:00Z", "2024-05-01 08:00:00.1234567", "0000-00-00", "soon"]),
)
DAYS = st.one_of(st.dates().map(str), st.sampled_from(["", "2024-02-30", "0000-00-00", "2024-5-1", "infinity"]))
MONEY = st.one_of(NUMBERS, st.integers(-(2**62), 2**62), st.sampled_from(["1.5", "", "x", b"1"]))


@pytest.fixture
def mappers(small_company):
    """The product's mapper in a zone with summer time, and one that types nothing in bulk."""
    small_company.source(LINES + "  timezone: Europe/London\n")
    ((mapping,),) = [source.mappings for source in load_sources(small_company.settings, small_company.company)]
    scales = {"id": None, "order_no": None, "qty": None, "net": 2, "day": None, "changed": None}
    plan = plan_columns(mapping, scales, "lines")
    assert plan.wanted == list(scales), "rows are given in this order"
    stamp = ("1", 1, datetime(2024, 6, 1))
    with duckdb.connect() as connection:
        fast, slow = Mapper(connection, mapping, plan, *stamp), Mapper(connection, mapping, plan, *stamp)
        slow._retypable = {}
        yield plan, fast, slow


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(MONEY, MONEY, st.one_of(st.none(), DAYS), st.one_of(st.none(), TIMES)), min_size=1, max_size=6
    ),
    one_kind=st.booleans(),
)
def test_every_batch_is_mapped_the_same_with_and_without_the_short_way(mappers, rows, one_kind):
    plan, fast, slow = mappers
    if one_kind:  # columns that the short way takes as a whole, gaps included
        rows = [
            (n, m, d, t) for n, m, d, t in rows if not isinstance(n, str | bytes) and not isinstance(m, str | bytes)
        ]
    assume(rows)
    raw = batch(len(plan.wanted), [("a", None, *row) for row in rows], 0, "lines")
    assert fast.map(raw).to_pylist() == slow.map(raw).to_pylist()


def test_a_column_of_times_with_gaps_goes_the_short_way(mappers):
    plan, fast, _ = mappers
    rows = [("1", None, 1.5, 2.0, None, "2024-05-01 08:00:00"), ("2", None, 1.5, None, "2024-05-01", None)]
    typed = retyped(batch(len(plan.wanted), rows, 0, "lines"), fast._retypable, fast._mapping, plan)
    kinds = dict(zip(plan.wanted, typed.schema.types, strict=False))
    assert kinds["changed"] == INSTANT and kinds["day"] == pa.date32() and kinds["net"] == pa.decimal128(18, 2)
