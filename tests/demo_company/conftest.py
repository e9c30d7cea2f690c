"""A small company, simulated once, and one written to databases."""

from pathlib import Path

import pytest

from demo_company.create import Company, create
from demo_company.simulation.chunk import Chunk
from tests.demo_company.companies import company


@pytest.fixture(scope="session")
def small() -> Company:
    return company()


@pytest.fixture(scope="session")
def chunk(small: Company) -> Chunk:
    return small.chunk(0)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A created company; tests must not change it."""
    folder = tmp_path_factory.mktemp("company")
    create(folder, customers=240, months=24)
    return folder
