import pyarrow.parquet as pq
import pytest

from ingestion import dbt_contract
from ingestion.change_log import ensure_empty_files
from ingestion.entities import Entity, load_contract
from ingestion.log_files import sha256_of
from ingestion.raw_schema import LOAD_COLUMNS, raw_schema
from warehouse.raw_manifest import manifest_path, read_manifest


def test_the_contract_has_its_33_entities_of_three_kinds():
    contract = load_contract()
    kinds = [entity.kind for entity in contract.values()]
    assert (len(contract), kinds.count("crm"), kinds.count("erp"), kinds.count("service")) == (33, 16, 13, 4)
    assert [name for name, entity in contract.items() if entity.core] == [
        "crm_accounts",
        "crm_opportunities",
        "erp_customers",
        "erp_invoices",
        "erp_order_lines",
        "erp_orders",
        "svc_tickets",
    ]


def test_an_entity_whose_key_is_no_column_is_refused():
    told = {
        "entity": "x",
        "kind": "crm",
        "title": {"en": "x", "zh": "x"},
        "key": ["y"],
        "columns": {"z": {"type": "text"}},
    }
    with pytest.raises(ValueError, match="y is named as key"):
        Entity.model_validate(told)


def test_a_code_without_values_is_refused():
    told = {
        "entity": "x",
        "kind": "crm",
        "title": {"en": "x", "zh": "x"},
        "key": ["z"],
        "columns": {"z": {"type": "code"}},
    }
    with pytest.raises(ValueError, match="a code lists its values"):
        Entity.model_validate(told)


def test_the_generated_dbt_contract_is_up_to_date():
    assert dbt_contract.TARGET.read_text(encoding="utf-8") == dbt_contract.contract_macro(), (
        "Run `python -m ingestion.dbt_contract`"
    )


def test_every_entity_begins_with_an_empty_typed_file_that_the_manifest_names(small_company):
    ensure_empty_files(small_company.settings)
    manifest = read_manifest(small_company.settings)
    assert {file.entity for file in manifest.files} == set(load_contract())
    for file in manifest.files:
        path = small_company.settings.raw / file.path
        entity = load_contract()[file.entity]
        assert pq.read_schema(path).equals(raw_schema(entity))
        assert pq.read_schema(path).names[-len(LOAD_COLUMNS) :] == [name for name, _ in LOAD_COLUMNS]
        assert (pq.read_metadata(path).num_rows, file.rows, sha256_of(path)) == (0, 0, file.sha256)


def test_the_manifest_is_one_line_and_stays_as_it_is_when_nothing_is_missing(small_company):
    ensure_empty_files(small_company.settings)
    before = manifest_path(small_company.settings).read_bytes()
    ensure_empty_files(small_company.settings)
    assert manifest_path(small_company.settings).read_bytes() == before
    assert before.count(b"\n") == 1 and before.endswith(b"\n")


def test_an_empty_file_of_an_older_contract_is_written_again(small_company):
    ensure_empty_files(small_company.settings)
    path = small_company.settings.raw / "crm_stages" / "_empty.parquet"
    schema = raw_schema(load_contract()["crm_stages"])
    pq.write_table(schema.remove(0).empty_table(), path)
    ensure_empty_files(small_company.settings)
    assert pq.read_schema(path).equals(schema)
    (file,) = [file for file in read_manifest(small_company.settings).files if file.entity == "crm_stages"]
    assert file.sha256 == sha256_of(path)
