"""Times and days: exactly as they are written, or refused with their text; nothing is guessed."""

import json
from datetime import date, datetime

import pytest

ORDERS = """
erp_orders:
  table: o
  columns: {order_id: id, order_date: day, updated_at: changed}
  constants: {status: confirmed}
"""


def carried(company, literal: str, more: str = "", column: str = "changed", declared: str = ""):
    """(time or day, rejected text) of one SQLite literal; the source is in Shanghai."""
    company.source(ORDERS + more)
    other, known = ("day", "'2024-05-01'") if column == "changed" else ("changed", "null")
    company.sql(
        f"create table o (id text, {column} {declared}, {other}); insert into o values ('1', {literal}, {known})"
    )
    record = company.load()
    assert record.status == "loaded", record.error
    (row,) = company.rows("erp_orders")
    name = "updated_at" if column == "changed" else "order_date"
    return row[name], json.loads(row["_rejected"] or "{}").get(name)


@pytest.mark.parametrize("zone", ["CST", "IST", "BST", "EST", "cst", "PRC", "EST5EDT", "Foo/Bar", "PM"])
def test_an_abbreviated_zone_is_refused_and_not_guessed(small_company, zone):
    text = f"2024-05-01 08:00:00 {zone}"
    assert carried(small_company, f"'{text}'") == (None, text)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Z", 8),
        (" UTC", 8),
        (" GMT", 8),
        ("+02", 6),
        (" Europe/Berlin", 6),
        (" Etc/GMT+5", 13),
        ("", 0),
    ],
)
def test_a_zone_that_is_an_offset_or_a_place_is_read(small_company, zone, hour):
    assert carried(small_company, f"'2024-05-01 08:00:00{zone}'") == (datetime(2024, 5, 1, hour), None)


def test_a_day_is_not_guessed_from_an_abbreviated_zone_either(small_company):
    text = "2024-05-01 23:00:00 CST"
    assert carried(small_company, f"'{text}'", column="day") == (None, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-05-01 08:00 CST", None),
        ("2024-05-01 08:00 UTC", datetime(2024, 5, 1, 8)),
        ("2024-05-01 08:00 Europe/Berlin", datetime(2024, 5, 1, 6)),
    ],
)
def test_a_format_with_a_zone_does_not_guess_either(small_company, text, value):
    got = carried(small_company, f"'{text}'", '  formats: {updated_at: "%Y-%m-%d %H:%M %Z"}\n')
    assert got == (value, None if value else text)


@pytest.mark.parametrize(
    ("pattern", "literal", "value"),
    [
        ("epoch_s", "1712102400.6", datetime(2024, 4, 3, 0, 0, 0, 600_000)),
        ("epoch_s", "'1712102400.123456'", datetime(2024, 4, 3, 0, 0, 0, 123_456)),
        ("epoch_s", "'1712102400.1234567'", None),
        ("epoch_s", "-1", datetime(1969, 12, 31, 23, 59, 59)),
        ("epoch_s", "'soon'", None),
        ("epoch_s", "999999999999", None),
        ("epoch_ms", "1712102400600", datetime(2024, 4, 3, 0, 0, 0, 600_000)),
        ("epoch_ms", "'1712102400600.5'", datetime(2024, 4, 3, 0, 0, 0, 600_500)),
        ("epoch_us", "1712102400600001", datetime(2024, 4, 3, 0, 0, 0, 600_001)),
        ("epoch_us", "'1712102400600001.5'", None),
    ],
)
def test_seconds_since_1970_keep_their_decimals_or_are_refused(small_company, pattern, literal, value):
    got = carried(small_company, literal, f"  formats: {{updated_at: {pattern}}}\n")
    assert got == (value, None if value else literal.strip("'"))


@pytest.mark.parametrize(("digits", "micros"), [("123456000", 123_456), ("123456789", None)])
def test_a_format_with_nanoseconds_loses_none(small_company, digits, micros):
    text = f"2024-05-01 08:00:00.{digits}"
    got = carried(small_company, f"'{text}'", '  formats: {updated_at: "%Y-%m-%d %H:%M:%S.%n"}\n')
    assert got == ((datetime(2024, 5, 1, 0, 0, 0, micros), None) if micros else (None, text))


@pytest.mark.parametrize(
    "text", ["10000-01-01 00:00:00", "24-05-01 08:00:00", "0000-01-01 00:00:00", "0001-01-01 00:00:00"]
)
def test_a_time_of_no_year_from_1_to_9999_is_refused(small_company, text):
    assert carried(small_company, f"'{text}'") == (None, text)  # year 1 in Shanghai began in the year before


@pytest.mark.parametrize("text", ["10000-01-01", "24-05-01", "5-1-2", "0000-01-01", "01/05/24"])
def test_a_day_of_no_year_from_1_to_9999_is_refused(small_company, text):
    assert carried(small_company, f"'{text}'", column="day") == (None, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("9999-12-31", date(9999, 12, 31)), ("2024/5/1", date(2024, 5, 1)), ("0001-01-01", date(1, 1, 1))],
)
def test_days_at_both_ends_and_of_one_digit_are_carried(small_company, text, value):
    assert carried(small_company, f"'{text}'", column="day") == (value, None)


def test_the_end_of_all_times_is_carried(small_company):
    assert carried(small_company, "'9999-12-31 23:59:59.999999'") == (datetime(9999, 12, 31, 15, 59, 59, 999_999), None)


DST = {
    "2024-10-27 00:30:00": datetime(2024, 10, 26, 23, 30),
    "2024-10-27 01:30:00": datetime(2024, 10, 27, 1, 30),
    "2024-10-27 02:30:00": datetime(2024, 10, 27, 2, 30),
    "2024-03-31 01:30:00": datetime(2024, 3, 31, 1, 30),
    "1850-06-01 12:00:00": datetime(1850, 6, 1, 12, 0),
    "2300-07-01 12:00:00": datetime(2300, 7, 1, 11, 0),
}


def test_a_csv_file_has_the_clock_changes_of_its_zone(inbox):
    inbox.files("erp_products: {file: p.csv, timezone: Europe/London}")
    lines = "".join(f"{number},{text}\n" for number, text in enumerate(DST))
    (inbox.inbox / "p.csv").write_text("product_code,updated_at\n" + lines, encoding="utf-8")
    inbox.load()
    rows = {int(row["_key"]): row["updated_at"] for row in inbox.rows("erp_products")}
    told = dict(enumerate(DST.values())) | {4: datetime(1850, 6, 1, 12, 0)}
    assert {key: value for key, value in rows.items() if key != 4} == {k: v for k, v in told.items() if k != 4}
    assert abs((rows[4] - told[4]).total_seconds()) < 120, "before 1847 or so clocks of London were a minute apart"
