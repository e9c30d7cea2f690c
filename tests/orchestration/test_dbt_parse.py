"""The manifest of the dbt project: parsed when it has changed, and what a person reads when it has a mistake."""

import shutil

import pytest

from orchestration import dbt_parse
from orchestration.dbt_parse import begin_parse, ensure_manifest, load_manifest
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT, Settings

TINY_PROJECT = PROJECT_ROOT / "tests" / "metrics" / "tiny_project"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A dbt project that a test may change; real dbt parses it."""
    project = tmp_path / "dbt_project"
    shutil.copytree(TINY_PROJECT, project)
    monkeypatch.setattr(Settings, "dbt_project", project)
    monkeypatch.setenv("CMW_HOME", str(tmp_path))
    return project


@pytest.fixture
def settings(tmp_path):
    settings = Settings(config=tmp_path / "config", home=tmp_path)
    settings.dbt_target.mkdir(parents=True)
    return settings


@pytest.mark.parametrize(
    "file, text, said",
    [
        ("broken.yml", "models: [\n", "broken.yml"),
        (
            "broken.sql",
            "select * from {{ ref('nothing_such') }}",
            "(models/broken.sql) depends on a node named 'nothing_such'",
        ),
    ],
)
def test_the_file_with_the_mistake_is_named(project, settings, file, text, said):
    (project / "models" / file).write_text(text)
    with pytest.raises(CmwError) as refused:
        ensure_manifest(settings)
    assert str(refused.value).startswith("The dbt project does not parse: ")
    assert said in str(refused.value)
    assert "models: [" not in str(refused.value)


def test_what_changes_while_a_parse_goes_on_is_in_the_manifest_too(project, settings):
    begin_parse(settings)
    [(process, _)] = dbt_parse._begun.values()
    (project / "models" / "later.sql").write_text("select 1 as one")
    assert "model.tiny.later" in load_manifest(settings)["nodes"]
    assert process.poll() == 0
    begin_parse(settings)
    assert dbt_parse._begun == {}, "a project that did not change is not parsed again"


def test_a_full_disk_is_no_mistake_of_the_project(project, settings, tmp_path, monkeypatch):
    crash = tmp_path / "cmw-dbt"
    crash.write_text("#!/bin/sh\necho 'Encountered an error: OSError: [Errno 28] No space left on device'; exit 1\n")
    crash.chmod(0o755)
    monkeypatch.setattr(dbt_parse, "CMW_DBT", crash)
    with pytest.raises(CmwError) as refused:
        ensure_manifest(settings)
    assert str(refused.value).startswith("The disk is full (while dbt parsed the project). Free space in CMW_HOME")
