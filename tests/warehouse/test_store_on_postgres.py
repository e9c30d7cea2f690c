"""The operational store means the same on PostgreSQL."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.warehouse.marts_for_publishing import open_filled
from tests.warehouse.postgres_server import postgres, server_programs
from warehouse.operational_store import all_tables, open_store, writing
from warehouse.publish import publish
from warehouse.published import open_published
from warehouse.tables_alerts import alerts, tasks

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(server_programs() is None, reason="PostgreSQL's server programs are not installed"),
]


@pytest.fixture(scope="module")
def url():
    with postgres(server_programs()) as found:
        yield found


@pytest.fixture
def store(settings, url, monkeypatch):
    monkeypatch.setenv("CMW_OPERATIONAL_STORE", url)
    return open_store(settings)


def test_migrations_give_every_table_and_column_with_its_type(store):
    with store.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), all_tables()) == []


def test_decimals_are_numbers_there_and_exact(store):
    texts = dict.fromkeys(("title_en", "title_zh", "reason_en", "reason_zh", "next_step_en", "next_step_zh"), "名")
    moment = sa.func.now()
    with writing(store) as connection:
        alert = connection.execute(
            alerts.insert().values(
                **texts,
                cause_key="c",
                rule="r",
                owner_id="o",
                severity="warning",
                size=Decimal("1.5"),
                items="[]",
                money_at_risk=Decimal("1234567890123456.78"),
                link="l",
                state="open",
                opened_at=moment,
                opened_run_id="r",
                last_seen_at=moment,
                last_seen_run_id="r",
                seen_count=1,
            )
        )
        assert alert.inserted_primary_key[0]
    with store.connect() as connection:
        row = connection.execute(sa.select(alerts)).one()
        total = connection.execute(sa.select(sa.func.sum(sa.cast(alerts.c.money_at_risk, sa.Numeric)))).scalar()
    assert row.money_at_risk == total == Decimal("1234567890123456.78")
    assert row.title_zh == "名"


def test_a_version_is_published_and_recorded_there(settings, store):
    with open_filled(settings, "run-1", rows=5) as connection:
        version = publish(connection, store, settings, "run-1")
    with open_published(settings) as connection:
        found = connection.execute("select version_id from ops.published_versions").fetchall()
    assert found == [(version.version_id,)]
    assert not (settings.home / "operational.db").exists()
    with store.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tasks)).scalar() == 0
