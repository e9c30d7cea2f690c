"""Makes a process ready to work for one company: folders, library switches, Dagster's home."""

import os
import shutil
import warnings

from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT, Settings

# Every library that could report its use to somebody is told not to.
QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "DBT_VERSION_CHECK": "false",
    "DBT_LOG_LEVEL_FILE": "info",
    "DAGSTER_CLI_SUPPRESS_WARNINGS": "1",
}


def prepare(settings: Settings | None = None) -> Settings:
    """Sets the environment of this process and its children, and creates the company's folders.

    Raises CmwError where they cannot be created.
    """
    settings = settings or Settings.from_environment()
    os.environ.update(QUIET)
    os.environ["CMW_HOME"] = str(settings.home)
    os.environ["CMW_CONFIG"] = str(settings.config)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["CMW_DAGSTER_HISTORY"] = str(settings.dagster_home / "history" / "runs")
    _make_folders(settings)
    # Beta and supersession notices of Dagster speak to its developers, not to the operator.
    warnings.filterwarnings("ignore", module="dagster")
    return settings


def _make_folders(settings: Settings) -> None:
    try:
        for folder in (settings.home, settings.dagster_home, settings.working_file.parent, settings.dbt_target):
            folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT_ROOT / "dagster.yaml", settings.dagster_home / "dagster.yaml")
    except OSError as error:
        what = "cannot be written to" if settings.home.is_dir() else "cannot be created"
        where = "" if error.filename in (None, str(settings.home)) else f" ({error.filename})"
        raise CmwError(
            f"CMW_HOME {settings.home} {what}: {error.strerror or error}{where}",
            "Set CMW_HOME to a folder that this user may write to, on a disk with space",
        ) from None
