"""alert_routes.yml: every name exists, every owner is reached, and mistakes are named."""

import pytest
import yaml

from alerting.routes import AppriseChannel, load_routes
from warehouse.durable_files import write_atomically
from warehouse.errors import CmwError
from warehouse.settings import PROJECT_ROOT, Settings


def _owners(node):
    """Every value under a key named owner or deputy, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("owner", "deputy") and isinstance(value, str) and value:
                yield value
            else:
                yield from _owners(value)
    elif isinstance(node, list):
        for value in node:
            yield from _owners(value)


def test_no_owner_named_in_rules_models_or_metrics_lacks_a_channel():
    routes = load_routes(Settings(config=PROJECT_ROOT / "config", home=PROJECT_ROOT))
    files = sorted((PROJECT_ROOT / "quality" / "rules").rglob("*.yml"))
    files += [PROJECT_ROOT / "dbt_project" / "dbt_project.yml", PROJECT_ROOT / "config" / "schedules.yml"]
    files += sorted((PROJECT_ROOT / "dbt_project" / "models").rglob("*.yml"))
    named: dict[str, str] = {}
    for path in files:
        meta_only = path.is_relative_to(PROJECT_ROOT / "dbt_project" / "models")
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for owner in _owners(list(_metas(content)) if meta_only else content):
            named.setdefault(owner, str(path.relative_to(PROJECT_ROOT)))
    assert named, "no owner found at all"
    lost = {owner: path for owner, path in named.items() if owner not in routes.owners}
    assert not lost, f"add a line under owners in config/alert_routes.yml for {lost}"


def _metas(node):
    """The meta blocks of a dbt YAML: elsewhere an owner may be a column or a row of a unit test."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "meta":
                yield value
            else:
                yield from _metas(value)
    elif isinstance(node, list):
        for value in node:
            yield from _metas(value)


def test_the_shipped_routes_need_no_secret_and_reach_screen_and_file():
    routes = load_routes(Settings(config=PROJECT_ROOT / "config", home=PROJECT_ROOT))
    assert not [channel for channel in routes.channels.values() if isinstance(channel, AppriseChannel)]
    assert {channel.kind for channel in routes.channels.values()} == {"console", "file"}


GOOD = {
    "channels": {"screen": {"kind": "console"}},
    "default_owner": "desk",
    "owners": {"desk": {"channels": ["screen"]}},
    "duties": {"failed_run": "desk", "stale_source": "desk"},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owners": {"desk": {"channels": ["pigeon"]}}}, "'pigeon', which is no channel"),
        ({"default_owner": "nobody"}, "'nobody' has no entry"),
        ({"duties": {"failed_run": "ghost", "stale_source": "desk"}}, "'ghost' has no entry"),
        (
            {"channels": {"screen": {"kind": "smoke"}}},
            "channels.screen: 'smoke' is none of 'console', 'file', 'apprise'",
        ),
        ({"channels": {"screen": {"kind": "apprise", "url": "mailtos://u:secret@x.example"}}}, "it holds a password"),
        ({"channels": {"screen": {"kind": "file", "path": "../elsewhere.md"}}}, "below CMW_HOME"),
        ({"quiet_hour": 3}, "quiet_hour"),
        ({"owners": {"desk": {"channels": []}}}, "owners.desk.channels"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path, change, said):
    write_atomically(tmp_path / "alert_routes.yml", yaml.safe_dump({**GOOD, **change}))
    with pytest.raises(CmwError) as caught:
        load_routes(Settings(config=tmp_path, home=tmp_path))
    assert said in str(caught.value) and "secret" not in str(caught.value)


def test_a_correct_file_is_taken(tmp_path):
    write_atomically(tmp_path / "alert_routes.yml", yaml.safe_dump(GOOD))
    assert load_routes(Settings(config=tmp_path, home=tmp_path)).quiet_hours == 168
