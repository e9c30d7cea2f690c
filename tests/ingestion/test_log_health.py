import pytest

from ingestion.log_health import disk_use, inspect_log, mend_log
from warehouse.raw_manifest import manifest_path, read_manifest

ORDERS = "erp_orders: {table: orders, cursor: updated_at, constants: {status: confirmed}}"


@pytest.fixture
def shop(small_company):
    small_company.source(ORDERS)
    small_company.sql(
        "create table orders (order_id text, order_date text, updated_at text);"
        "insert into orders values ('1', '2024-05-01', '2024-05-01 00:00:00')"
    )
    small_company.load()
    small_company.sql("insert into orders values ('2', '2024-05-02', '2024-05-02 00:00:00')")
    small_company.load()
    assert inspect_log(small_company.settings) == []
    return small_company


def keys(company) -> set[str]:
    return {row["_key"] for row in company.newest("erp_orders")}


def first_file(company):
    return company.settings.raw / read_manifest(company.settings).files_of("erp_orders")[0].path


@pytest.mark.parametrize("damage", ["gone", "cut", "flipped"])
def test_a_lost_or_damaged_file_is_found_and_its_entity_read_again(shop, damage):
    path = first_file(shop)
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[:-10])
    else:
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    (fault,) = inspect_log(shop.settings)
    assert fault.path.endswith("part-0.parquet") and "erp_orders again in full" in fault.remedy
    assert mend_log(shop.settings) == [fault]
    assert inspect_log(shop.settings) == []
    record = shop.load()
    assert (record.rows_read, record.new_versions, record.unchanged) == (2, 1, 1)
    assert keys(shop) == {"1", "2"}


def test_a_torn_manifest_is_built_again_from_the_files(shop):
    path = manifest_path(shop.settings)
    path.write_bytes(path.read_bytes()[:100])
    (fault,) = inspect_log(shop.settings)
    assert "cannot be read as a manifest" in fault.what
    mend_log(shop.settings)
    assert keys(shop) == {"1", "2"}
    record = shop.load()
    assert (record.rows_read, record.status) == (2, "unchanged")
    assert record.load_seq > max(file.load_seq for file in read_manifest(shop.settings).files)


def test_what_a_killed_run_left_is_found_and_removed(shop):
    folder = shop.settings.raw / "erp_orders" / "shop" / "load_id=999999-20240601"
    folder.mkdir()
    (folder / "part-0.parquet").write_bytes(b"half")
    (fault,) = inspect_log(shop.settings)
    assert (fault.severity, fault.what) == ("warning", "is in no manifest: a run is at work, or was killed")
    mend_log(shop.settings)
    assert not folder.exists() and keys(shop) == {"1", "2"}


def test_disk_use_is_told_by_entity(shop):
    use = disk_use(shop.settings)
    assert use["erp_orders"] > use["crm_stages"] > 0
