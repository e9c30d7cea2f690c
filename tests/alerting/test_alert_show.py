"""`cmw alerts show` tells all of one alert; `list` tells programs the reason."""

import json

import pytest
from typer.testing import CliRunner

from alerting.actions import acknowledge, close, list_alerts
from alerting.decide import report_failed_run
from alerting.show import show
from orchestration.cli import alerts as command
from warehouse.durable_files import write_atomically
from warehouse.errors import CmwError
from warehouse.operational_store import writing
from warehouse.tables_alerts import alerts, deliveries

REASON = "quality/rules/raw/erp_payments.yml: severity: must be critical or warning"


@pytest.fixture
def cmw(world, monkeypatch):
    """`cmw alerts` for that company."""
    monkeypatch.setenv("CMW_HOME", str(world.settings.home))
    monkeypatch.setenv("CMW_CONFIG", str(world.settings.config))

    def run(*arguments: str, language: str = "en") -> str:
        text = f"name: Test\nreporting_currency: CNY\nlanguage: {language}\n"
        write_atomically(world.settings.config / "company.yml", text)
        return CliRunner().invoke(command.app, [*arguments], catch_exceptions=False).output

    return run


def _fail(world) -> str:
    """A failed run; the id of its alert."""
    options = {"job": "read", "run_id": "0123456789", "reason": REASON}
    [alert] = report_failed_run(world.store, world.settings, world.company, **options)
    world.deliver()
    return str(alert.alert_id)


def test_a_failed_run_tells_its_reason_owner_and_whom_it_was_told_to(world, cmw):
    text = cmw("show", _fail(world))
    assert "critical, open: Run 01234567 of read failed" in text
    assert f"reason: {REASON}" in text
    assert "next step: Put right what the reason says" in text
    assert "owner: data-platform, due 2026-07-02" in text
    assert "opened: 2026-06-30" in text and "in run 0123456789" in text
    assert "screen, new: sent 2026-06-30" in text


def test_a_message_that_was_refused_says_why(world, cmw):
    (world.settings.home / "outbox" / "alerts.md").mkdir(parents=True)
    world.routes(owners={name: {"channels": ["outbox"]} for name in ("desk", "sales", "data-platform")})
    number = _fail(world)
    [told] = show(world.store, int(number)).told
    assert told.status == "failed" and told.error
    assert told.error in cmw("show", number)


def test_an_alert_that_nobody_was_told_of_says_why(world, cmw):
    number = _fail(world)
    with writing(world.store) as connection:
        connection.execute(deliveries.delete())
        connection.execute(alerts.update().values(severity="warning"))
    told = {"channels": ["screen"], "minimum_severity": "critical"}
    world.routes(owners=dict.fromkeys(("desk", "sales", "data-platform"), told))
    assert "told: nobody: data-platform is told of critical alerts only, says alert_routes.yml" in cmw("show", number)


def test_a_digest_shows_its_customers_tasks_and_money_in_the_companys_language(world, cmw):
    world.warning("C1", margin="1000")
    world.warning("C2", margin="500")
    [alert] = world.decide()
    text = cmw("show", str(alert.alert_id), language="zh")
    assert "money at risk: 1,500 CNY" in text
    assert "tasks: 2" in text and "members: 2" in text
    assert text.count("上门拜访") >= 2
    found = json.loads(cmw("show", str(alert.alert_id), "--json"))
    assert {task["customer_key"] for task in found["tasks"]} == {"C1", "C2"}
    assert {member["money"] for member in found["members"]} == {"1000.00", "500.00"}
    assert found["money_at_risk"] == "1500.00"


def test_who_is_at_it_and_how_it_ended_is_shown(world, cmw):
    number = _fail(world)
    acknowledge(world.store, int(number), "ann")
    assert "acknowledged: by ann at" in cmw("show", number)
    close(world.store, int(number), "ann", "Rule file corrected")
    text = cmw("show", number)
    assert "closed: by ann at" in text and "result: Rule file corrected" in text


def test_an_owners_address_stays_in_the_store(world, cmw):
    world.connection.execute("insert into staging.stg_crm__users values ('U1', 'ann@example.com', true, 'Ann')")
    mail = {"kind": "apprise", "url": "json://127.0.0.1:1/{owner_email}"}
    owners = {name: {"channels": ["screen"]} for name in ("desk", "sales", "data-platform")}
    world.routes(
        channels={"mail": mail, "screen": {"kind": "console"}}, owners={**owners, "U1": {"channels": ["mail"]}}
    )
    world.warning("C1")
    [alert] = world.decide()
    text = cmw("show", str(alert.alert_id)) + cmw("show", str(alert.alert_id), "--json")
    assert "mail, new: waiting" in text
    assert "ann@example.com" not in text


def test_programs_get_the_reason_of_every_alert(world, cmw):
    _fail(world)
    [row] = json.loads(cmw("list", "--json"))
    assert row["reason"] == REASON
    assert "cmw alerts show ID" in cmw("list")


def test_an_alert_that_is_not_there_is_refused(world):
    assert list_alerts(world.store) == []
    with pytest.raises(CmwError, match="no alert 7"):
        show(world.store, 7)
