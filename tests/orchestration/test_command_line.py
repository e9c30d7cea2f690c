"""What a script relies on: the exit status says how it went, errors are one sentence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.cli import main as cli
from orchestration.environment import prepare
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT, Settings

CMW = Path(sys.executable).parent / "cmw"


def _cmw(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CMW_")}
    env = {**kept, "CMW_HOME": str(home)}
    return subprocess.run([CMW, *arguments], env=env, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)


def test_a_command_that_ends_with_a_status_hands_it_to_the_shell(monkeypatch):
    import typer

    def leave() -> None:
        raise typer.Exit(3)

    failing = typer.Typer()
    failing.command()(leave)
    monkeypatch.setattr(cli, "app", failing)
    monkeypatch.setattr(sys, "argv", ["cmw"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3


def test_a_run_without_its_sources_is_refused_in_one_sentence(tmp_path):
    done = _cmw(tmp_path / "home", "run")
    assert done.returncode == 1
    assert "today.txt" in done.stdout and "cmw demo create" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_source_that_there_is_not_is_refused_before_a_run_begins(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "today.txt").write_text("2026-06-30")
    done = _cmw(tmp_path, "run", "--source", "crmm")
    assert done.returncode == 1
    assert done.stdout == "Error: No source file brings 'crmm'. Did you mean crm.\n"
    assert not (tmp_path / "operational.db").exists(), "nobody is told of a run that never began"


def test_nothing_published_yet_is_said_with_the_remedy(tmp_path):
    done = _cmw(tmp_path / "home", "metrics", "list")
    assert done.returncode == 1
    assert "cmw run" in done.stdout


def test_an_error_is_told_letter_by_letter(monkeypatch, capsys):
    def fail(**_: object) -> None:
        raise CmwError("a name matches [a-z]+ and ends in [/]", "Write [it] so")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().out == "Error: a name matches [a-z]+ and ends in [/]. Write [it] so.\n"


def test_what_this_user_has_no_right_to_is_told_with_the_remedy(monkeypatch, capsys):
    """Such as a log or a source file that another user made."""

    def denied(standalone_mode):
        raise PermissionError(13, "Permission denied", "/srv/cmw/logs/last_run.log")

    monkeypatch.setattr(cli, "app", denied)
    with pytest.raises(SystemExit):
        cli.main()
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Error: /srv/cmw/logs/last_run.log may not be read or written by this user. Give this user")
    assert "--debug" not in said


@pytest.mark.parametrize(("free", "told"), [(1 << 20, "The disk is full"), (1 << 40, "OperationalError")])
def test_sqlite_on_a_full_disk_is_told_as_a_full_disk(tmp_path, monkeypatch, capsys, free, told):
    """Dagster's records are the first to meet it after a version could not be written."""

    class OperationalError(Exception):
        """As SQLAlchemy's."""

    def failing(standalone_mode):
        raise OperationalError("(sqlite3.OperationalError) disk I/O error [SQL: SELECT runs.run_body FROM runs]")

    monkeypatch.setenv("CMW_HOME", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(cli, "app", failing)
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().out.startswith(f"Error: {told}")


def test_wrong_usage_ends_with_two(tmp_path):
    assert _cmw(tmp_path / "home", "run", "--nonsense").returncode == 2


def test_a_data_folder_that_cannot_be_made_is_told_with_the_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    for home in (Path("/proc/xx"), tmp_path / "file", tmp_path / "file" / "below"):
        done = _cmw(home, "status")
        told = " ".join(done.stdout.split())
        assert done.returncode == 1
        assert f"Error: CMW_HOME {home} cannot be created: " in told, told
        assert "Set CMW_HOME to a folder that this user may write to" in told and "--debug" not in told


def test_a_data_folder_that_may_not_be_written_to_is_told_so(tmp_path, monkeypatch):
    (tmp_path / "dagster").write_text("")
    with pytest.raises(CmwError, match=f"CMW_HOME {tmp_path} cannot be written to: .*{tmp_path}/dagster"):
        prepare(Settings(config=tmp_path, home=tmp_path))
