"""A changed formula needs a new version."""

import json

import pytest

from metrics import fingerprints
from metrics.catalogue import load_catalogue
from warehouse.errors import CmwError


@pytest.fixture
def changed(product_manifest, tmp_path, monkeypatch):
    """Changes the product's manifest after its formulas were remembered, and reads it again."""
    monkeypatch.setattr(fingerprints.check_versions, "__defaults__", (tmp_path / "none.yml",))
    remembered = tmp_path / "definition_fingerprints.yml"
    remembered.write_text(fingerprints.render(list(load_catalogue(product_manifest).metrics.values())), "utf-8")
    monkeypatch.setattr(fingerprints.check_versions, "__defaults__", (remembered,))

    def read(change):
        manifest = json.loads(product_manifest.read_text("utf-8"))
        change(manifest)
        path = tmp_path / "manifest.json"
        path.write_text(json.dumps(manifest), "utf-8")
        return load_catalogue(path)

    return read


def measure(manifest: dict, name: str) -> dict:
    return next(m for model in manifest["semantic_models"].values() for m in model["measures"] if m["name"] == name)


def metric(manifest: dict, name: str) -> dict:
    return next(node for node in manifest["metrics"].values() if node["name"] == name)


def raise_version(manifest: dict, *names: str) -> None:
    for name in names:
        metric(manifest, name)["config"]["meta"]["version"] += 1


def change_net_revenue(manifest: dict) -> None:
    for used in metric(manifest, "net_revenue")["type_params"]["input_measures"]:
        measure(manifest, used["name"])["expr"] = "net_revenue * 2"


def test_unchanged_definitions_are_read(changed):
    assert changed(lambda manifest: None).get("net_revenue")


def test_a_changed_formula_under_the_old_version_is_refused_with_the_remedy(changed):
    with pytest.raises(CmwError) as refused:
        changed(change_net_revenue)
    assert "the formula has changed" in str(refused.value)
    assert "Write version:" in str(refused.value)


def test_a_metric_made_of_a_changed_one_needs_a_new_version_too(changed):
    """Whatever is computed from net revenue changes with it."""

    def change(manifest):
        change_net_revenue(manifest)
        raise_version(manifest, "net_revenue")

    with pytest.raises(CmwError, match="numerator, denominator or base"):
        changed(change)


def test_with_new_versions_the_changed_formula_is_read(changed):
    def change(manifest):
        change_net_revenue(manifest)
        raise_version(manifest, *(node["name"] for node in manifest["metrics"].values()))

    assert changed(change).get("net_revenue").governance.version > 1


def test_words_may_change_without_a_new_version(changed):
    def change(manifest):
        metric(manifest, "net_revenue").update(label="Turnover", description="Another wording.")
        metric(manifest, "net_revenue")["config"]["meta"]["owner"] = "sales"

    assert changed(change).get("net_revenue").label == "Turnover"


def test_every_shipped_formula_is_remembered_under_its_version(product_manifest):
    metrics = list(load_catalogue(product_manifest).metrics.values())
    assert fingerprints.FILE.read_text("utf-8") == fingerprints.render(metrics), "Run `make docs`"
