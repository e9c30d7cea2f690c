"""Parquet, type by type: each value arrives exactly, is rejected with its text, or its file is set aside."""

import json
import uuid
from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

UUID = uuid.UUID("6f2f0f2e-3f0b-4f3a-9b0e-000000000001")


def told(value) -> str | None:
    """The name of a test's parameter."""
    return str(value.type) if isinstance(value, pa.Array) else None


def written(inbox, array: pa.Array, column: str):
    """The load's record of a file with that column, beside a second file that is good."""
    inbox.files("erp_products: {file: 'p*.parquet', timezone: Europe/London}")
    pq.write_table(pa.table({"product_code": ["1"], column: array}), inbox.inbox / "p1.parquet")
    pq.write_table(pa.table({"product_code": ["2"]}), inbox.inbox / "p2.parquet")
    return inbox.load()


def micros(value: int, zone: str | None = None) -> pa.Array:
    return pa.array([value], pa.timestamp("us", zone))


EXACT = [
    ("standard_cost", pa.array([1.5]), Decimal("1.5")),
    ("standard_cost", pa.array([0.1], pa.float32()), Decimal("0.1")),
    ("standard_cost", pa.array([7], pa.uint8()), Decimal(7)),
    ("standard_cost", pa.array([Decimal("1.2345")], pa.decimal128(30, 10)), Decimal("1.2345")),
    ("standard_cost", pa.array([Decimal("1.5")], pa.decimal256(60, 20)), Decimal("1.5")),
    ("standard_cost", pa.array([Decimal("0.0001")], pa.decimal256(76, 50)), Decimal("0.0001")),
    ("standard_cost", pa.array([Decimal("1.25")], pa.decimal32(5, 2)), Decimal("1.25")),
    ("category", pa.array([2**64 - 1], pa.uint64()), "18446744073709551615"),
    ("category", pa.array(["轴"], pa.large_string()), "轴"),
    ("category", pa.array(["v"], pa.string_view()), "v"),
    ("category", pa.array(["d"]).dictionary_encode(), "d"),
    ("category", pa.array([True]), "true"),
    ("category", pa.array([time(8, 30)], pa.time64("us")), "08:30:00"),
    ("category", pa.array([13085.0]), "13085"),
    ("category", pa.array([UUID.bytes], pa.uuid()), str(UUID)),
    ("is_active", pa.array([True]), True),
    ("is_active", pa.array([0], pa.int8()), False),
    ("updated_at", micros(0, "America/New_York"), datetime(1970, 1, 1)),
    ("updated_at", micros(1_719_792_000_000_000), datetime(2024, 6, 30, 23)),
    ("updated_at", pa.array([1_719_792_000], pa.timestamp("s")), datetime(2024, 6, 30, 23)),
    ("updated_at", pa.array([1_719_792_000_000_001_000], pa.timestamp("ns", "UTC")), datetime(2024, 7, 1, 0, 0, 0, 1)),
    ("updated_at", pa.array([date(1969, 7, 20)], pa.date64()), datetime(1969, 7, 19, 23)),
]
REJECTED = [
    ("standard_cost", pa.array([float("nan")]), "nan"),
    ("standard_cost", pa.array([float("inf")]), "inf"),
    ("standard_cost", pa.array([-float("inf")], pa.float32()), "-inf"),
    ("standard_cost", pa.array([0.30000000000000004]), "0.30000000000000004"),
    ("standard_cost", pa.array([1e-40]), "1e-40"),
    ("standard_cost", pa.array([True]), "true"),
    ("standard_cost", pa.array([2**63 + 5], pa.uint64()), "9223372036854775813"),
    ("standard_cost", pa.array([Decimal("1.23456")], pa.decimal128(20, 5)), "1.23456"),
    ("standard_cost", pa.array([Decimal(10) ** 39], pa.decimal256(60, 20)), f"1{'0' * 39}.{'0' * 20}"),
    ("standard_cost", pa.array(["1,5"]), "1,5"),
    ("is_active", pa.array([2]), "2"),
    ("category", pa.array([b"x"], pa.large_binary()), "\\x78"),
    ("category", pa.array([b"x"], pa.binary_view()), "\\x78"),
    ("category", pa.array([b"ab"], pa.binary(2)), "\\x6162"),
    ("updated_at", micros(253_402_300_800_000_000), "10000-01-01 00:00:00"),
    ("updated_at", micros(253_402_300_800_000_000, "UTC"), "10000-01-01 00:00:00+00:00"),
    ("updated_at", micros(-62_135_596_800_000_001, "UTC"), "0001-12-31 (BC) 23:59:59.999999+00:00"),
    ("updated_at", pa.array([1_719_792_000_000_000_001], pa.timestamp("ns")), "2024-07-01 00:00:00.000000001"),
    (
        "updated_at",
        pa.array([1_719_792_000_000_000_999], pa.timestamp("ns", "Asia/Shanghai")),
        "2024-07-01 00:00:00.000000999+00:00",
    ),
]
NESTED = [
    (pa.array([[1, 2]]), [1, 2]),
    (pa.array([['a"b', None]]), ['a"b', None]),
    (pa.array([{"a": 1, "b": {"c": "轴"}}]), {"a": 1, "b": {"c": "轴"}}),
    (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), {"k": 1}),
    (pa.array([[Decimal("1.10")]]), ["1.10"]),
    (pa.array([[date(2024, 5, 1)]]), ["2024-05-01"]),
    (pa.array([[1.5, 2.0]], pa.list_(pa.float64(), 2)), [1.5, 2.0]),
]
REFUSED = [
    pa.array([np.float16(1.5)], pa.float16()),
    pa.array([[float("nan")]]),
    pa.array([1], pa.duration("ns")),
    pa.array([10**17], pa.timestamp("ms")),
]


@pytest.mark.parametrize(("column", "array", "value"), EXACT, ids=told)
def test_a_value_is_carried_exactly(inbox, column, array, value):
    record = written(inbox, array, column)
    assert record.status == "loaded", record.error
    first = inbox.newest("erp_products")[0]
    assert (first[column], first["_rejected"]) == (value, None)


@pytest.mark.parametrize(("column", "array", "text"), REJECTED, ids=told)
def test_a_value_that_the_contract_does_not_hold_is_rejected_with_its_text(inbox, column, array, text):
    record = written(inbox, array, column)
    assert record.status == "loaded", record.error
    first, second = inbox.newest("erp_products")
    assert first[column] is None and json.loads(first["_rejected"])[column].lower() == text.lower()
    assert second["_rejected"] is None


@pytest.mark.parametrize(("array", "value"), NESTED, ids=told)
def test_lists_structures_and_maps_are_json(inbox, array, value):
    record = written(inbox, array, "category")
    assert record.status == "loaded", record.error
    assert json.loads(inbox.newest("erp_products")[0]["category"]) == value


@pytest.mark.parametrize("array", REFUSED, ids=lambda array: str(array.type))
def test_a_column_that_no_type_of_ours_holds_sets_its_file_aside(inbox, array):
    record = written(inbox, array, "category")
    assert record.status == "loaded" and [row["_key"] for row in inbox.newest("erp_products")] == ["2"]
    assert (
        f"p1.parquet: column 'category' of type {str(array.type).partition('<')[0]}" in record.findings[0]
        and "cannot be carried exactly" in record.findings[0]
    )


def test_a_column_of_such_a_type_that_is_not_mapped_harms_nothing(inbox):
    written(inbox, REFUSED[0], "weight")
    assert [row["_key"] for row in inbox.newest("erp_products")] == ["1", "2"]
