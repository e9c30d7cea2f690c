"""A world of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.alerting.company_with_alerts import World, build
from warehouse.settings import Settings


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with duckdb.connect() as connection:
        yield build(Settings(config=tmp_path / "config", home=tmp_path / "home"), connection)
