from warehouse.disk_use import disk_use, size_text
from warehouse.settings import Settings


def test_disk_use_is_told_by_what_it_is_for(tmp_path):
    settings = Settings(config=tmp_path / "config", home=tmp_path / "home")
    for path, size in (
        (settings.raw / "erp_orders" / "a.parquet", 10),
        (settings.working_file, 20),
        (settings.published / "versions" / "1" / "b.duckdb", 30),
        (settings.home / "logs" / "c.log", 5),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    (settings.published / "current").symlink_to("versions/1")
    assert disk_use(settings) == {"change log": 10, "working file": 20, "published": 30, "other": 5}


def test_sizes_are_written_as_people_do():
    assert [size_text(size) for size in (2048, 3 << 20, 5 << 30)] == ["2 kB", "3.0 MB", "5.0 GB"]
