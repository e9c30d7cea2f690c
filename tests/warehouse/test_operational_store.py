"""The operational store opens, migrates and keeps exact values."""

import multiprocessing
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from warehouse.errors import CmwError
from warehouse.operational_store import all_tables, open_store, writing
from warehouse.settings import Settings
from warehouse.tables import as_reported_values, audit


def test_a_new_store_has_every_table_and_column_of_the_metadata(settings):
    store = open_store(settings)
    with store.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, all_tables()) == []
        assert {"alerts", "deliveries", "tasks", "audit"} <= set(sa.inspect(connection).get_table_names())


def test_opening_again_keeps_what_is_there(settings):
    with writing(open_store(settings)) as connection:
        connection.execute(
            audit.insert().values(
                happened_at=datetime.now(UTC), actor="me", action="look", subject_type="a", subject_id="1"
            )
        )
    with open_store(settings).connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(audit)).scalar() == 1


def test_decimals_and_times_come_back_exactly(settings):
    store = open_store(settings)
    value = Decimal("12345678901234567.123456789")
    beijing = datetime(2026, 1, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    with writing(store) as connection:
        connection.execute(
            as_reported_values.insert().values(
                metric_name="m",
                period_grain="month",
                period_start=beijing.date(),
                dimension_name="total",
                dimension_value="total",
                variant="default",
                definition_version="1",
                value=value,
                closed_at=beijing,
                run_id="r",
            )
        )
    with store.connect() as connection:
        row = connection.execute(sa.select(as_reported_values)).one()
    assert row.value == value
    assert row.closed_at == datetime(2026, 1, 1)


def _open_and_write(home: Path, name: str) -> None:
    store = open_store(Settings(config=home, home=home))
    for number in range(20):
        with writing(store) as connection:
            connection.execute(sa.select(audit)).all()
            connection.execute(
                audit.insert().values(
                    happened_at=datetime.now(UTC), actor=name, action="look", subject_type="a", subject_id=str(number)
                )
            )


def test_processes_that_open_a_new_store_together_lose_nothing(settings):
    settings.home.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_open_and_write, args=(settings.home, f"p{number}")) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with open_store(settings).connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(audit)).scalar() == 60


def test_a_wrong_url_is_refused_in_one_sentence(settings, monkeypatch):
    monkeypatch.setenv("CMW_OPERATIONAL_STORE", "no url at all")
    with pytest.raises(CmwError, match="CMW_OPERATIONAL_STORE"):
        open_store(settings)


def test_an_unreachable_server_is_named_without_its_password(settings, monkeypatch):
    monkeypatch.setenv("CMW_OPERATIONAL_STORE", "postgresql+psycopg://me:s3cret@127.0.0.1:1/none")
    with pytest.raises(CmwError) as caught:
        open_store(settings)
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_file_that_is_no_database_is_named(settings):
    settings.home.mkdir(parents=True)
    (settings.home / "operational.db").write_bytes(b"this is not a database, only text" * 100)
    with pytest.raises(CmwError, match="operational"):
        open_store(settings)
