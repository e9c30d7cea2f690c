"""Which company this process works for: the only module that reads the environment for paths."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Folders of one company. Two companies never share a file.

    Attributes:
        config: folder of company.yml, sources/, alert_routes.yml, schedules.yml (``CMW_CONFIG``).
        home: data folder (``CMW_HOME``).
    """

    config: Path
    home: Path

    @classmethod
    def from_environment(cls) -> "Settings":
        return cls(
            config=Path(os.environ.get("CMW_CONFIG") or PROJECT_ROOT / "config").resolve(),
            home=Path(os.environ.get("CMW_HOME") or PROJECT_ROOT / "data").resolve(),
        )

    @property
    def raw(self) -> Path:
        """The change log: raw/<entity>/<source_system>/load_id=…/ and manifest.json."""
        return self.home / "raw"

    @property
    def verdicts(self) -> Path:
        """Gate 1's verdicts, as Parquet, which staging anti-joins."""
        return self.home / "quality"

    @property
    def identity(self) -> Path:
        """What the identity step writes and dbt reads."""
        return self.home / "identity"

    @property
    def working_file(self) -> Path:
        """The DuckDB file that only the running writer opens."""
        return self.home / "working" / "warehouse.duckdb"

    @property
    def lock_file(self) -> Path:
        return self.home / "warehouse.lock"

    @property
    def run_lock_file(self) -> Path:
        return self.home / "run.lock"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def operational_store_url(self) -> str:
        """SQLAlchemy URL of what cannot be rebuilt (``CMW_OPERATIONAL_STORE``)."""
        return os.environ.get("CMW_OPERATIONAL_STORE") or f"sqlite:///{self.home / 'operational.db'}"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def dbt_target(self) -> Path:
        """dbt's artefacts (manifest, run results, logs) of this company."""
        return self.home / "dbt"

    @property
    def dbt_project(self) -> Path:
        return PROJECT_ROOT / "dbt_project"
