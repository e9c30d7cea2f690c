"""A company's folders of its own for every test."""

from pathlib import Path

import pytest

from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(config=tmp_path / "config", home=tmp_path / "home")
