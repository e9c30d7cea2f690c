"""Any database will do; errors are plain and keep secrets; the source files fit what is written."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import create_engine, inspect

from demo_company.company_config import write_config
from demo_company.create import create
from demo_company.databases import SCHEMAS
from demo_company.journal import ENTITIES
from demo_company.plan import DemoError

CONFIG = Path(__file__).parents[2] / "config"
CONTRACT = Path(__file__).parents[2] / "ingestion" / "contract"
KINDS = {"crm": "crm", "erp": "erp", "service_desk": "service_desk"}


def source(folder: Path, name: str) -> dict:
    return yaml.safe_load((folder / "sources" / f"{name}.yml").read_text(encoding="utf-8"))


def test_the_demo_feeds_every_entity_of_the_contract() -> None:
    named = {entity for name in KINDS for entity in source(CONFIG, name)["entities"]}
    assert named == {path.stem for path in CONTRACT.glob("*/*.yml")}
    assert named == {entity for entity, _ in ENTITIES.values() if entity}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_mapped_column_exists_and_the_journal_means_the_same_table(home: Path, name: str) -> None:
    tables = inspect(create_engine(f"sqlite:///{home}/demo/{name}.db"))
    for entity, spec in source(CONFIG, name)["entities"].items():
        if "table" in spec:
            columns = {column["name"] for column in tables.get_columns(spec["table"])}
            assert set(spec.get("columns", {}).values()) <= columns, entity
            assert ENTITIES[spec["table"]][0] == entity


def test_a_shop_has_a_configuration_of_its_own(tmp_path: Path) -> None:
    folder = write_config(CONFIG, tmp_path / "config", "shop")
    company = yaml.safe_load((folder / "company.yml").read_text(encoding="utf-8"))
    assert company["profile"] == "b2c"
    crm = source(folder, "crm")["entities"]
    assert "crm_opportunities" not in crm
    assert crm["crm_leads"]["values"]["channel"][2] == "app"
    assert source(CONFIG, "crm")["entities"]["crm_leads"]["values"]["channel"][2] == "exhibition"


def test_databases_may_lie_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMW_DEMO_CRM_URL", f"sqlite:///{tmp_path}/elsewhere.db")
    create(tmp_path, customers=20, months=3, urls={"erp": f"sqlite:///{tmp_path}/books.db"})
    assert "accounts" in inspect(create_engine(f"sqlite:///{tmp_path}/elsewhere.db")).get_table_names()
    assert "2_invoice" in inspect(create_engine(f"sqlite:///{tmp_path}/books.db")).get_table_names()
    assert not (tmp_path / "demo/crm.db").exists()


def test_a_refused_connection_is_told_without_the_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://demo:geheim@127.0.0.1:1/none"
    with pytest.raises(DemoError) as refused:
        create(tmp_path, customers=20, months=3, urls={"crm": url})
    assert "crm" in str(refused.value)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"profile": "bakery"}, "no demo profile"), ({"customers": 3}, "10 to 1,000,000"), ({"months": 1}, "2 to 120")],
)
def test_what_cannot_be_simulated_is_refused_with_the_remedy(tmp_path: Path, wrong: dict, said: str) -> None:
    with pytest.raises(DemoError, match=said):
        create(tmp_path, **wrong)


def test_a_second_creation_replaces_the_first(tmp_path: Path) -> None:
    first = create(tmp_path, customers=40, months=4)
    second = create(tmp_path, customers=40, months=4)
    assert first.rows == second.rows
    assert set(first.rows) == set(SCHEMAS)
