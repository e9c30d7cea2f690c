"""Columns that are typed in bulk have the values that they would have one by one."""

from datetime import datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.bulk_types import decimals_of, instants
from ingestion.readers.raw_arrow import batch, merged

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


def test_slices_of_one_batch_fit_together_where_no_value_is_bent():
    slices = [batch(2, [(1, None)], 0, "t"), batch(2, [(1.5, "a")], 1, "t"), batch(2, [(None, "b")], 2, "t")]
    (whole,) = merged(slices)
    assert whole.column(0).to_pylist() == [1.0, 1.5, None] and whole.column(1).to_pylist() == [None, "a", "b"]
    assert whole.column("raw_position").to_pylist() == [0, 1, 2]


@pytest.mark.parametrize("value", ["x", b"\x00", 2**53 + 1])
def test_slices_that_do_not_fit_together_stay_apart(value):
    slices = [batch(1, [(1.5,)], 0, "t"), batch(1, [(value,)], 1, "t")]
    assert [table.num_rows for table in merged(slices)] == [1, 1]
