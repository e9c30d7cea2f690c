"""CSV line by line: each good line arrives whole with its number, each bad one is named, nothing is swallowed."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.readers.bad_file import BadFileError
from ingestion.readers.csv_records import records_of
from ingestion.readers.text_files import TextFile
from ingestion.source_models import FileOptions

PRODUCTS = "erp_products: {file: 'p*.csv'}"
HEAD = "product_code,product_name\n"


def loaded(inbox, text: str, options: str = "") -> tuple[dict[str, tuple[str, str]], list[str], int]:
    """Name and origin by key, what was told, and how many lines were set aside, of one file (a second one is good)."""
    inbox.files(f"erp_products: {{file: 'p*.csv'{options}}}")
    (inbox.inbox / "p1.csv").write_bytes(text.encode())
    (inbox.inbox / "p2.csv").write_text(HEAD + "other,fine\n", encoding="utf-8")
    record = inbox.load()
    rows = {row["_key"]: (row["product_name"], row["_origin"]) for row in inbox.rows("erp_products")}
    assert rows.pop("other") == ("fine", "p2.csv:2"), "the other file loads whatever happens to the first"
    assert record.rows_read == len(rows) + 1 + record.rejected_lines
    return rows, record.findings, record.rejected_lines


def test_a_quotation_mark_that_nothing_closes_sets_the_file_aside(inbox):
    rows, findings, _ = loaded(inbox, HEAD + '1,a\n2,"3/4 inch pipe\n3,c\n4,d\n')
    assert rows == {}
    assert "p1.csv line 3: a quotation mark opens there that nothing closes" in findings[0]


def test_a_quotation_mark_that_closes_lines_later_inside_a_field_sets_the_file_aside(inbox):
    rows, findings, _ = loaded(inbox, HEAD + '1,a\n2,"3/4 inch pipe\n3,c\n4,"1/2 inch pipe\n5,d\n')
    assert rows == {}
    assert "p1.csv line 3: a quotation mark opens there and closes, lines later, inside a field" in findings[0]


def test_a_field_that_goes_on_after_its_quotation_mark_is_a_bad_line(inbox):
    rows, findings, set_aside = loaded(inbox, HEAD + '1,a\n2,"3/4" inch\n3,c\n')
    assert rows == {"1": ("a", "p1.csv:2"), "3": ("c", "p1.csv:4")}
    assert 'p1.csv line 3 was set aside: a quotation mark closes before its field ends: 2,"3/4" inch' in findings[0]
    assert set_aside == 1


def test_a_quotation_mark_inside_a_field_without_them_is_a_letter(inbox):
    rows, findings, _ = loaded(inbox, HEAD + '1,3/4" pipe\n2,c "x" y\n3, "z"\n4,"a ""b"""\n')
    assert {key: name for key, (name, _) in rows.items()} == {
        "1": '3/4" pipe',
        "2": 'c "x" y',
        "3": ' "z"',
        "4": 'a "b"',
    }
    assert findings == []


def test_line_numbers_count_blank_lines_and_line_breaks_in_quotation_marks(inbox):
    rows, findings, set_aside = loaded(inbox, HEAD + '1,"a\nb\r\nc"\n\n2,x,y\n3,z\n')
    assert rows == {"1": ("a\nb\r\nc", "p1.csv:2"), "3": ("z", "p1.csv:7")}
    assert "p1.csv line 6 was set aside: 3 fields instead of 2: 2,x,y" in findings[0] and set_aside == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_every_system_ends_them(inbox, end):
    rows, findings, _ = loaded(inbox, end.join(["product_code,product_name", "1,a", "", "2,b,c", "3,d"]))
    assert rows == {"1": ("a", "p1.csv:2"), "3": ("d", "p1.csv:5")}
    assert "line 4" in findings[0]


def test_a_header_may_have_line_breaks_in_quotation_marks(inbox):
    inbox.files('erp_products: {file: p1.csv, columns: {product_name: "name\\nlong"}}')
    (inbox.inbox / "p1.csv").write_text('product_code,"name\nlong"\n1,a\n2,b\n', encoding="utf-8")
    assert inbox.load().findings == []
    rows = [(row["product_name"], row["_origin"]) for row in inbox.rows("erp_products")]
    assert rows == [("a", "p1.csv:3"), ("b", "p1.csv:4")]


def test_a_footer_counts_the_last_lines_that_are_not_blank(inbox):
    inbox.files("erp_products: {file: 'p*.csv', skip_footer: 2}")
    (inbox.inbox / "p1.csv").write_text(HEAD + "1,a\n2,b\u2028c\nsum,2,3\nend\n\n\n", encoding="utf-8")
    record = inbox.load()
    assert [row["product_name"] for row in inbox.rows("erp_products")] == ["a", "b\u2028c"]
    assert (record.findings, record.rejected_lines) == ([], 0)


def test_a_nul_byte_is_a_letter_like_any_other(inbox):
    rows, findings, _ = loaded(inbox, HEAD + '1,a\0b\n2,"\0"\n')
    assert {key: name for key, (name, _) in rows.items()} == {"1": "a\0b", "2": "\0"} and findings == []


def test_many_bad_lines_are_counted_and_the_first_are_shown(inbox):
    inbox.files(PRODUCTS)
    (inbox.inbox / "p1.csv").write_text(HEAD + "1,a\n" + "x,y,z\n" * 500, encoding="utf-8")
    record = inbox.load()
    assert (record.rejected_lines, record.new_versions, record.rows_read) == (500, 1, 501)
    assert len(record.findings) == 21 and record.findings[-1] == "p1.csv: 480 further lines were set aside"


def test_a_file_that_cannot_be_read_from_the_disk_is_set_aside(inbox):
    inbox.files(PRODUCTS)
    (inbox.inbox / "p1.csv").symlink_to("/proc/self/mem")  # opens, and reading gives an error of the device
    (inbox.inbox / "p2.csv").write_text(HEAD + "2,b\n", encoding="utf-8")
    record = inbox.load()
    assert record.status == "loaded" and [row["_key"] for row in inbox.rows("erp_products")] == ["2"]
    assert "p1.csv cannot be read" in record.findings[0]


def test_a_wrong_byte_far_down_is_told_with_its_line(inbox):
    inbox.files(PRODUCTS)
    good = "".join(f"{number},名称\r\n" for number in range(300_000)).encode()
    (inbox.inbox / "p1.csv").write_bytes(HEAD.encode() + good + b"x,\xff\n")
    (inbox.inbox / "p2.csv").write_text(HEAD + "2,b\n", encoding="utf-8")
    record = inbox.load()
    assert "p1.csv line 300002 is not utf-8 text" in record.findings[0]
    assert [row["_key"] for row in inbox.rows("erp_products")] == ["2"]


def told(path, options: FileOptions, size: int) -> list[tuple[int, int, bytes]] | str:
    try:
        return [
            (int(line), int(fields), records.data[start:end])
            for records in records_of(path, options, size)
            for line, fields, start, end in zip(
                records.lines, records.fields, records.starts, records.ends, strict=True
            )
        ]
    except BadFileError as error:
        return str(error)


@settings(max_examples=400, deadline=None)
@given(text=st.text('a,"\n\r;', max_size=40), size=st.integers(1, 12), footer=st.integers(0, 2))
def test_any_text_is_split_the_same_in_pieces_of_any_size(tmp_path_factory, text, size, footer):
    path = tmp_path_factory.getbasetemp() / "pieces.csv"
    path.write_bytes(text.encode())
    options = FileOptions(skip_footer=footer)
    whole = told(path, options, 1 << 20)
    assert told(path, options, size) == whole
    if not isinstance(whole, str) and not footer and not any(fields < 0 for _, fields, _ in whole):
        ended = text if not text or text.endswith(("\n", "\r")) else text + "\n"
        assert b"".join(data for *_, data in whole) == ended.encode(), "nothing is lost"
        lines = list(csv.reader(io.StringIO(text, newline="")))
        assert [fields for _, fields, _ in whole] == [len(line) for line in lines]


values = st.text('ab"\n\r,; é轴', max_size=6)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.one_of(st.tuples(values, values, values), st.just(()), st.tuples(values)), max_size=12),
    style=st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
)
def test_what_a_writer_of_csv_writes_is_read_with_its_line_numbers(tmp_path_factory, rows, style):
    end, quoting = style
    path = tmp_path_factory.getbasetemp() / "written.csv"
    out, wanted, bad = io.StringIO(newline=""), [], []
    writer = csv.writer(out, quoting=quoting, lineterminator=end)
    writer.writerow(["x", "y", "z"])
    for row in rows:
        before = out.getvalue()
        line = 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
        if row == ():
            out.write(end)
        else:
            writer.writerow(row)
            (wanted if len(row) == 3 else bad).append((line, *row))
    path.write_bytes(out.getvalue().encode())
    file = TextFile(path, FileOptions())
    read = [
        (int(row["raw_origin"].split(":")[1]), *(row[name] or "" for name in ("s0", "s1", "s2")))
        for table in file.batches([0, 1, 2], 0)
        for row in table.to_pylist()
    ]
    assert read == wanted
    assert [line for line, _ in file.rejected] == [line for line, *_ in bad]
