"""Where readers find what was published. Everything that shows numbers opens it through here."""

from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.errors import CmwError
from warehouse.settings import Settings

if TYPE_CHECKING:
    import duckdb

# Not named like any schema: DuckDB would call marts.orders ambiguous in a file marts.duckdb.
DATABASE_NAME = "customer_metrics.duckdb"


def versions_folder(settings: Settings) -> Path:
    return settings.published / "versions"


def current_version(settings: Settings) -> Path | None:
    """The folder of the current version, with the pointer resolved; None before the first publish."""
    pointer = settings.published / "current"
    return pointer.resolve() if pointer.exists() else None


def open_published(settings: Settings) -> "duckdb.DuckDBPyConnection":
    """A read-only connection to the current version; later publishes do not change what it sees."""
    import duckdb  # many commands name what is published without opening it

    folder = current_version(settings)
    if folder is None:
        raise CmwError(f"Nothing is published in {settings.published} yet", "Run `cmw run` first")
    try:
        return duckdb.connect(str(folder / DATABASE_NAME), read_only=True)
    except duckdb.Error as error:
        raise CmwError(
            f"The published file {folder / DATABASE_NAME} cannot be opened: {str(error).splitlines()[0]}",
            "Run `cmw doctor`; `cmw run --full` publishes a new version",
        ) from None
