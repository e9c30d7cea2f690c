"""Rows out of the published file, for the commands that show them."""

from typing import Any

from warehouse.published import open_published
from warehouse.settings import Settings


def published_rows(settings: Settings, query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """The query's rows by column name, from one version."""
    with open_published(settings) as connection:
        cursor = connection.execute(query, parameters or [])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
