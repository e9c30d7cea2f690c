"""What a person reads when the dbt project has a mistake in it; real dbt says it."""

import shutil

import pytest

from orchestration.dbt_files import ensure_manifest
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT, Settings

TINY_PROJECT = PROJECT_ROOT / "tests" / "metrics" / "tiny_project"


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
def test_the_file_with_the_mistake_is_named(tmp_path, monkeypatch, file, text, said):
    project = tmp_path / "dbt_project"
    shutil.copytree(TINY_PROJECT, project)
    (project / "models" / file).write_text(text)
    monkeypatch.setattr(Settings, "dbt_project", project)
    monkeypatch.setenv("CMW_HOME", str(tmp_path))
    with pytest.raises(CmwError) as refused:
        ensure_manifest(Settings(config=tmp_path / "config", home=tmp_path))
    assert str(refused.value).startswith("The dbt project does not parse: ")
    assert said in str(refused.value)
    assert "models: [" not in str(refused.value)
