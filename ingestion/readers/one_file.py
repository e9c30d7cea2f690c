"""One file of a folder: which kind it is, and where the columns stand that the mapping reads."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ingestion.readers.bad_file import BadFileError
from ingestion.readers.parquet_files import ParquetFile
from ingestion.readers.text_files import TextFile
from ingestion.source_models import FileOptions

WORKBOOKS = (".xlsx", ".xlsm")
OTHER_WORKBOOKS = (".xls", ".xlsb", ".ods", ".numbers")
READABLE = (".csv", ".txt", ".tsv", ".gz", ".parquet", *WORKBOOKS)


def is_workbook(path: Path) -> bool:
    return path.suffix.lower() in WORKBOOKS


def open_file(path: Path, options: FileOptions):
    """The file with its column names. Raises BadFileError."""
    if path.suffix.lower() in OTHER_WORKBOOKS:
        raise BadFileError(f"{path.name} is a workbook of another kind than Excel's since 2007; save it as .xlsx")
    if is_workbook(path):
        from ingestion.readers.excel_files import ExcelFile

        return ExcelFile(path, options)
    if path.suffix.lower() == ".parquet":
        return ParquetFile(path, options)
    return TextFile(path, options)


def places_of(name: str, columns: list[str], wanted: Iterable[str]) -> list[int | None]:
    """Where each wanted column stands, None where nowhere; letter case counts only where it must.

    Raises BadFileError where two columns have the name: which of them is meant, nobody said.
    """
    places: list[int | None] = []
    for want in wanted:
        found = [place for place, column in enumerate(columns) if column == want]
        if not found:
            found = [place for place, column in enumerate(columns) if column.casefold() == want.casefold()]
        if len(found) > 1:
            raise BadFileError(f"{name} has {len(found)} columns {want!r}; give each a name of its own")
        places.append(found[0] if found else None)
    return places


def together(names: list[str], more: Iterable[str]) -> list[str]:
    """Columns of several files, a name that differs in letter case alone once, unless one file has it twice."""
    more = list(dict.fromkeys(more))
    known, new = (Counter(map(str.casefold, columns)) for columns in (names, more))
    once = {folded for folded in known if known[folded] == 1 and new[folded] == 1}
    return list(dict.fromkeys([*names, *(name for name in more if name.casefold() not in once)]))
