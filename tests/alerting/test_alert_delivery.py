"""Messages reach real servers, and are recorded as sent only when they were taken."""

import json
import os
import signal
import subprocess
import sys
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from alerting.channels import NotSent, check
from alerting.routes import AppriseChannel
from tests.alerting.servers import free_port, mail_server, webhook
from warehouse.settings import PROJECT_ROOT
from warehouse.tables_alerts import alerts, deliveries


def _rows(world, table=deliveries):
    with world.store.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]


def _through(world, url, **owner):
    channels = {"remote": {"kind": "apprise", "url": url}}
    owners = {name: {"channels": ["remote"], **owner} for name in ("desk", "sales", "data-platform")}
    world.routes(channels=channels, owners=owners)


def test_a_mail_arrives_in_the_companys_language_with_figures_and_next_step(world):
    port = free_port()
    world.language = "zh"
    _through(world, f"mailto://127.0.0.1:{port}?from=cmw@example.com&to=sales@example.com&mode=insecure")
    world.metric(target_value="0.08")
    world.decide()
    with mail_server(port) as mailbox:
        [delivery] = world.deliver()
    assert (delivery.status, delivery.error) == ("sent", "")
    [(recipients, message)] = mailbox.arrived
    assert recipients == ["sales@example.com"]
    assert message["Subject"] == "[严重] 客户流失率:2026-06 12.0 %(严重)"
    text = message.get_body(preferencelist=("plain", "html")).get_content()
    assert "联系客户" in text
    assert "目标 8.0 %" in text


def test_a_mail_that_no_server_takes_is_recorded_as_failed_and_sent_by_the_next_run(world):
    port = free_port()
    _through(world, f"mailto://127.0.0.1:{port}?from=cmw@example.com&to=sales@example.com&mode=insecure")
    world.metric()
    world.decide()
    [failed] = world.deliver()
    assert failed.status == "failed"
    [row] = _rows(world)
    assert (row["status"], row["attempts"], row["sent_at"]) == ("failed", 1, None)
    assert row["error"]
    assert _rows(world, alerts)[0]["notified_at"] is None
    world.decide()
    assert len(_rows(world)) == 1, "the message that waits is not queued twice"
    with mail_server(port) as mailbox:
        [sent] = world.deliver()
    assert sent.status == "sent"
    assert len(mailbox.arrived) == 1
    [row] = _rows(world)
    assert (row["status"], row["attempts"], row["error"]) == ("sent", 2, None)
    assert _rows(world, alerts)[0]["notified_at"] is not None


def test_a_webhook_that_refuses_is_tried_again_and_its_secret_is_in_no_record(world, monkeypatch):
    monkeypatch.setenv("HOOK_TOKEN", "t0ps3cret-token")
    world.metric()
    with webhook() as hook:
        _through(world, f"json://user:${{HOOK_TOKEN}}@127.0.0.1:{hook.port}/t0ps3cret-token/alerts")
        world.decide()
        hook.status = 500
        [failed] = world.deliver()
        assert failed.status == "failed"
        assert "500" in failed.error or "Internal" in failed.error
        assert hook.received == []
        hook.status = 200
        [sent] = world.deliver()
        assert sent.status == "sent"
        assert world.deliver() == []
    [received] = hook.received
    assert "Customer churn rate" in received["title"]
    assert "Call them" in received["message"]
    everything = (world.settings.home / "operational.db").read_bytes() + json.dumps(_rows(world), default=str).encode()
    assert b"t0ps3cret" not in everything
    assert "t0ps3cret" not in failed.error


def test_one_refusing_channel_stops_no_other(world):
    world.routes(
        channels={
            "dead": {"kind": "apprise", "url": f"json://127.0.0.1:{free_port()}/"},
            "screen": {"kind": "console"},
        },
        owners={name: {"channels": ["dead", "screen"]} for name in ("desk", "sales", "data-platform")},
    )
    world.metric()
    world.decide()
    assert [(one.channel, one.status) for one in world.deliver()] == [("dead", "failed"), ("screen", "sent")]
    assert len(world.lines) == 1


def test_a_missing_secret_is_named_by_its_variable(world, monkeypatch):
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    _through(world, "mailtos://me:${SMTP_PASSWORD}@127.0.0.1/?to=a@example.com")
    world.metric()
    world.decide()
    [failed] = world.deliver()
    assert "SMTP_PASSWORD" in failed.error


def test_a_url_that_apprise_does_not_know_is_said_without_showing_it(world, monkeypatch):
    monkeypatch.setenv("HOOK_TOKEN", "t0ps3cret-token")
    _through(world, "nosuchservice://${HOOK_TOKEN}")
    world.metric()
    world.decide()
    [failed] = world.deliver()
    assert "channel remote" in failed.error
    assert "t0ps3cret" not in failed.error


def test_a_file_gets_markdown_or_one_json_object_a_line(world):
    channels = {
        "outbox": {"kind": "file", "path": "outbox/alerts.md"},
        "log": {"kind": "file", "path": "outbox/alerts.jsonl"},
    }
    owners = {name: {"channels": ["outbox", "log"]} for name in ("desk", "sales", "data-platform")}
    world.routes(channels=channels, owners=owners)
    world.metric()
    world.warning("C1", "U1")
    world.decide()
    assert {one.status for one in world.deliver()} == {"sent"}
    text = (world.settings.home / "outbox" / "alerts.md").read_text(encoding="utf-8")
    assert text.startswith("## [CRITICAL] Customer churn rate")
    assert "1. Name C1: 1,000 CNY margin at risk" in text
    lines = (world.settings.home / "outbox" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["cause"] for line in lines] == [
        "metric_limit:customer_churn_rate",
        "churn_warning:U1",
    ]


def test_a_file_that_cannot_be_written_is_a_failed_delivery(world):
    (world.settings.home / "outbox").write_text("in the way", encoding="utf-8")
    owners = {name: {"channels": ["outbox"]} for name in ("desk", "sales", "data-platform")}
    world.routes(owners=owners)
    world.metric()
    world.decide()
    [failed] = world.deliver()
    assert "alerts.md" in failed.error


def test_an_owner_without_a_route_reaches_the_default_owner_and_the_message_says_so(world):
    port = free_port()
    _through(world, f"mailto://127.0.0.1:{port}?from=cmw@example.com&to=desk@example.com&mode=insecure")
    world.warning("C1", "U7")
    world.decide()
    with mail_server(port) as mailbox:
        [delivery] = world.deliver()
    assert "owner U7 has no route; told desk instead" in delivery.note
    assert "改为通知 desk" in delivery.note
    [(_, message)] = mailbox.arrived
    assert "owner U7 has no route" in message.get_body(preferencelist=("plain", "html")).get_content()


def test_who_is_told_of_somebody_else_reads_both_names(world):
    """A number of the CRM and an entry of a file tell a reader of either language nobody."""
    title = {"en": "Sales desk", "zh": "销售部"}
    owners = {name: {"channels": ["screen"], "title": title} for name in ("desk", "data-platform")}
    own_mail = {"kind": "apprise", "url": "mailto://127.0.0.1:1?to={owner_email}"}
    channels = {"screen": {"kind": "console"}, "own_mail": own_mail}
    world.routes(channels=channels, owners={**owners, "U8": {"channels": ["own_mail"]}})
    for user, name in (("U7", "李晨平"), ("U8", "宋婷欣")):
        world.insert("staging.stg_crm__users", user_id=user, full_name=name)
        world.warning(f"C{user}", user)
    world.decide()
    world.deliver()
    assert [row["note"] for row in _rows(world)] == [
        "owner 李晨平 (U7) has no route; told Sales desk instead · 负责人 李晨平 (U7) 没有告警渠道,改为通知 销售部",
        "owner 宋婷欣 (U8) has no e-mail address in the CRM, or has left; told Sales desk instead"
        " · 负责人 宋婷欣 (U8) 在 CRM 中没有邮箱或已离职,改为通知 销售部",
    ]


def test_a_customers_owner_is_reached_at_the_address_in_the_crm(world):
    port = free_port()
    url = f"mailto://127.0.0.1:{port}?from=cmw@example.com&to={{owner_email}}&mode=insecure"
    channels = {"own_mail": {"kind": "apprise", "url": url}, "screen": {"kind": "console"}}
    owners = {name: {"channels": ["screen"]} for name in ("desk", "data-platform")}
    owners["U1"] = owners["U2"] = {"channels": ["own_mail"]}
    world.routes(channels=channels, owners=owners)
    world.insert("staging.stg_crm__users", user_id="U1", email="ann@example.com")
    world.warning("C1", "U1")
    world.warning("C2", "U2")
    world.decide()
    with mail_server(port) as mailbox:
        deliveries_made = world.deliver()
    assert [recipients for recipients, _ in mailbox.arrived] == [["ann@example.com"]]
    assert [(one.owner, one.channel) for one in deliveries_made] == [("U1", "own_mail"), ("U2", "screen")]
    assert "no e-mail address in the CRM" in deliveries_made[1].note


def test_nobody_is_told_at_the_address_of_somebody_who_has_left(world):
    channels = {
        "own_mail": {"kind": "apprise", "url": "mailto://127.0.0.1:1?to={owner_email}"},
        "screen": {"kind": "console"},
    }
    owners = {name: {"channels": ["screen"]} for name in ("desk", "data-platform")}
    world.routes(channels=channels, owners={**owners, "U1": {"channels": ["own_mail"]}})
    world.insert("staging.stg_crm__users", user_id="U1", email="ann@example.com", is_active=False)
    world.warning("C1", "U1", has_owner_left=True)
    world.decide()
    [delivery] = world.deliver()
    assert delivery.channel == "screen" and "has left; told desk instead" in delivery.note


def test_a_refused_message_is_tried_again_where_the_crm_says_now(world):
    port = free_port()
    url = f"mailto://127.0.0.1:{port}?from=cmw@example.com&to={{owner_email}}&mode=insecure"
    world.routes(
        channels={"own_mail": {"kind": "apprise", "url": url}, "screen": {"kind": "console"}},
        owners={
            "U1": {"channels": ["own_mail"]},
            "desk": {"channels": ["screen"]},
            "data-platform": {"channels": ["screen"]},
        },
    )
    world.insert("staging.stg_crm__users", user_id="U1", email="wrong@example.com")
    world.warning("C1", "U1")
    world.decide()
    assert [one.error != "" for one in world.deliver()] == [True]
    world.connection.execute("update staging.stg_crm__users set email = 'right@example.com'")
    world.decide()
    with mail_server(port) as mailbox:
        world.deliver()
    assert [recipients for recipients, _ in mailbox.arrived] == [["right@example.com"]]


def test_an_owner_who_wants_only_critical_alerts_is_spared_warnings(world):
    owners = {name: {"channels": ["screen"]} for name in ("desk", "data-platform")}
    owners["sales"] = {"channels": ["screen"], "minimum_severity": "critical"}
    world.routes(owners=owners)
    world.metric(limit_status="warning")
    world.decide()
    assert world.deliver() == []
    world.connection.execute("update metrics.metric_values set limit_status = 'critical'")
    world.decide()
    assert len(world.deliver()) == 1


def test_a_message_for_a_channel_that_was_removed_is_dropped_and_queued_anew_elsewhere(world):
    world.metric()
    world.decide()
    world.routes(
        channels={"other": {"kind": "console"}},
        owners={name: {"channels": ["other"]} for name in ("desk", "sales", "data-platform")},
    )
    assert world.deliver() == []
    world.decide()
    assert [one.channel for one in world.deliver()] == ["other"]
    assert [row["status"] for row in _rows(world)] == ["dropped", "sent"]


DYING = """
import os, signal, sys
from pathlib import Path
from alerting.deliver import deliver
from warehouse.company import Company
from warehouse.operational_store import open_store
from warehouse.settings import Settings
home, config = map(Path, sys.argv[1:])
settings = Settings(config=config, home=home)
company = Company(name="Test", reporting_currency="CNY", language="en", today_file="today.txt")
def console(line):
    print(line, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
deliver(open_store(settings), settings, company, "dying", console)
"""


def test_a_process_killed_before_it_could_record_leaves_the_message_unsent(world):
    world.metric()
    world.decide()
    command = [sys.executable, "-c", DYING, str(world.settings.home), str(world.settings.config)]
    died = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, env={**os.environ})
    assert died.returncode == -signal.SIGKILL
    assert "Customer churn rate" in died.stdout
    assert _rows(world)[0]["status"] == "waiting"
    assert [one.status for one in world.deliver()] == ["sent"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_message_is_whole_in_both_languages(world, language):
    world.language = language
    world.metric()
    world.check()
    world.warning("C1")
    world.load(status="failed", error="refused")
    owners = {name: {"channels": ["outbox"]} for name in ("desk", "sales", "data-platform")}
    world.routes(owners=owners)
    world.decide()
    assert len(world.deliver()) == 4
    text = (world.settings.home / "outbox" / "alerts.md").read_text(encoding="utf-8")
    assert "None" not in text
    assert text.count("##") == 4
    assert text.count("- 下一步: " if language == "zh" else "- Next step: ") == 4


def test_digests_of_owners_without_a_route_reach_the_default_owner_as_one_message(world):
    """Forty sales people without a channel of their own are not forty mails to the head of sales."""
    world.warning("C1", "U1", "100", owner_name="Ann")
    world.warning("C2", "U2", "900", owner_name="Ben", risk_band="critical")
    world.metric()
    world.decide()
    titles = [delivery.title for delivery in world.deliver()]
    assert len(titles) == 2
    assert "[CRITICAL] 2 owners have customers at risk, 1,000 CNY in all" in titles
    world.decide()
    assert world.deliver() == [], "each is recorded as sent"


def test_what_is_told_together_claims_no_money_that_nobody_knows(world):
    for customer, owner in (("C1", "U1"), ("C2", "U2")):
        world.warning(customer, owner, margin_at_risk=None, revenue_at_risk=None)
    world.decide()
    [delivery] = world.deliver()
    assert delivery.title == "[Warning] 2 owners have customers at risk"


def test_what_is_told_together_names_every_owner_the_most_urgent_first_in_both_languages(world):
    world.routes(owners={name: {"channels": ["outbox"]} for name in ("desk", "sales", "data-platform")})
    world.language = "zh"
    world.warning("C1", "U1", "100", owner_name="Ann")
    world.warning("C2", "U2", "900", owner_name="Ben", risk_band="critical")
    world.decide()
    world.deliver()
    text = (world.settings.home / "outbox" / "alerts.md").read_text(encoding="utf-8")
    assert "[严重] 2 位负责人有客户存在流失风险,涉及金额共 1,000 CNY" in text
    assert text.index("1. [严重] Ben:1 个客户") < text.index("2. [预警] Ann:1 个客户")


def test_a_reminder_outside_a_run_waits_for_the_address_that_only_a_run_knows(world):
    """A sensor has no CRM at hand: it told the desk that the owner has no address, or has left."""
    port = free_port()
    url = f"mailto://127.0.0.1:{port}?from=cmw@example.com&to={{owner_email}}&mode=insecure"
    owners = {name: {"channels": ["screen"]} for name in ("desk", "data-platform")}
    channels = {"own_mail": {"kind": "apprise", "url": url}, "screen": {"kind": "console"}}
    world.routes(channels=channels, owners={**owners, "U1": {"channels": ["own_mail"]}})
    world.insert("staging.stg_crm__users", user_id="U1", email="ann@example.com")
    world.warning("C1", "U1")
    for system in ("crm", "erp"):
        world.load(system, loaded_at=datetime(2026, 7, 8, 12))
    world.decide()
    with mail_server(port) as mailbox:
        world.deliver()
        world.today(date(2026, 7, 8))
        world.judge_sources()
        assert world.deliver() == [], "it is due, and nobody else is told that the owner has left"
        world.decide()
        world.deliver()
    assert [recipients for recipients, _ in mailbox.arrived] == [["ann@example.com"]] * 2


def test_a_secret_whose_signs_tear_the_url_is_told_how_to_be_written(monkeypatch):
    channel = AppriseChannel(
        kind="apprise", url="mailtos://${MAIL_USER}:${MAIL_PASSWORD}@smtp.example.com?to=a@example.com"
    )
    monkeypatch.setenv("MAIL_USER", "u")
    monkeypatch.setenv("MAIL_PASSWORD", "geh@im:w/1")
    with pytest.raises(NotSent) as refused:
        check("mail", channel)
    assert "percent-encoded (@ as %40)" in str(refused.value) and "im:w" not in str(refused.value)
    monkeypatch.setenv("MAIL_PASSWORD", "geh%40im%3Aw%2F1")
    check("mail", channel)
