"""Which reader a source gets: a fast path where there is one that is as exact, else the portable one."""

from ingestion.connection import backend_of
from ingestion.readers.database import DatabaseReader
from ingestion.readers.folder import FolderReader
from ingestion.sources import Source

Reader = DatabaseReader | FolderReader


def reader_for(source: Source) -> Reader:
    """A reader that is not yet connected. Raises CmwError when the connection cannot be one."""
    if source.is_folder:
        return FolderReader(source)
    backend = backend_of(source.connection, source.path.name)
    if backend == "postgresql":
        from ingestion.readers.postgres import PostgresReader

        return PostgresReader(source)
    if backend in ("mysql", "mariadb"):
        from ingestion.readers.mysql import MySqlReader

        return MySqlReader(source)
    if backend == "sqlite":
        from ingestion.readers.sqlite import SqliteReader

        return SqliteReader(source)
    return DatabaseReader(source)
