"""A small demo company, run once for all tests that only look; copies of it for tests that change it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.made_once import made_once

ROOT = Path(__file__).parents[2]
CMW = Path(sys.executable).parent / "cmw"
CUSTOMERS = 150


@dataclass
class LivingCompany:
    """A demo company in a folder of its own, driven through the command line as an operator would."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CMW_")}
        written = self.home / "demo" / "config"  # companies of another kind than the default bring their settings
        config = {"CMW_CONFIG": str(written)} if written.exists() else {}
        return {**kept, **config, "CMW_HOME": str(self.home), "COLUMNS": "160"}

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [str(CMW), *arguments], env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def cmw(self, *arguments: str, status: int = 0, **variables: str) -> str:
        """What the command printed; fails when it ended with another exit status."""
        env = {**self.environment, **variables}
        done = subprocess.run([str(CMW), *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == status, f"cmw {' '.join(arguments)} ended with {done.returncode}:\n{said}"
        return said

    def python(self, code: str, **variables: str) -> None:
        """Runs a few lines in a process of the company's own; fails with what they said."""
        command, env = [sys.executable, "-c", code], {**self.environment, **variables}
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def query(self, sql: str) -> list[tuple]:
        """Rows from the published file, as any reader would get them."""
        path = self.home / "published" / "current" / "customer_metrics.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def with_truth(self, sql: str) -> list[tuple]:
        """Rows of a query over the published file and, as views truth_<name>, the simulation's own truth."""
        path = self.home / "published" / "current" / "customer_metrics.duckdb"
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as published (read_only)")
            for file in sorted((self.home / "demo" / "truth").glob("*.parquet")):
                connection.execute(f"create view truth_{file.stem} as select * from '{file}'")
            return connection.execute(sql).fetchall()

    def take_compiled(self, other: "LivingCompany") -> None:
        """Begins with what dbt and MetricFlow wrote for another company; it depends on the project alone."""
        shutil.copytree(other.home / "dbt", self.home / "dbt", dirs_exist_ok=True)

    def copy(self, target: Path) -> "LivingCompany":
        shutil.copytree(self.home, target, symlinks=True)
        return LivingCompany(target)


@pytest.fixture(scope="session")
def published_company(tmp_path_factory) -> LivingCompany:
    """Created and run once. Tests must not change it."""

    def make(home: Path) -> None:
        LivingCompany(home).cmw("demo", "create", "--customers", str(CUSTOMERS))
        LivingCompany(home).cmw("run")

    return LivingCompany(made_once(tmp_path_factory, "published_company", make))


@pytest.fixture(scope="session")
def week_later(published_company, tmp_path_factory) -> LivingCompany:
    """The published company after seven days more and one run. Tests must not change it."""

    def make(home: Path) -> None:
        company = published_company.copy(home)
        company.cmw("demo", "advance", "--days", "7")
        company.cmw("run")

    return LivingCompany(made_once(tmp_path_factory, "week_later", make))


@pytest.fixture
def changing_company(published_company, tmp_path) -> LivingCompany:
    """A copy of the published company that a test may change."""
    return published_company.copy(tmp_path / "home")
