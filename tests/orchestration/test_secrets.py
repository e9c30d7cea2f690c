"""A source's password is in nothing that a run leaves behind or a command prints, whether it succeeds or fails."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from orchestration import environment
from orchestration.assets.raw import raw_entities
from orchestration.instance import open_instance
from orchestration.resources import CompanyRun
from tests.ingestion.conftest import SmallCompany
from tests.ingestion.servers import execute, needed
from warehouse.raw_manifest import read_manifest

CMW = Path(sys.executable).parent / "cmw"
# With signs that a URL has to escape: neither form may show.
USER, PASSWORD = "cmw_secrets_test", "Gx7/S3cret@of:the#test"
CREATE = {
    "postgres": ("drop role if exists {user}", "create role {user} superuser login password '{password}'"),
    "mysql": (
        "drop user if exists {user}",
        "create user {user} identified by '{password}'",
        "grant all on *.* to {user}",
    ),
}
DROP = {"postgres": "drop role {user}", "mysql": "drop user {user}"}
TABLE = "cmw_secrets_test"


@pytest.fixture(params=["postgres", "mysql"])
def address(request):
    """A server's URL with user and password; PostgreSQL, where it trusts the loopback, takes any password."""
    url, known = needed(request.param), {"user": USER, "password": PASSWORD}
    execute(url, *(statement.format(**known) for statement in CREATE[request.param]))
    execute(url, f"drop table if exists {TABLE}", f"create table {TABLE} (product_code varchar(9))")
    execute(url, f"insert into {TABLE} values ('1')")
    yield sa.engine.make_url(url).set(username=USER, password=PASSWORD)
    execute(url, f"drop table {TABLE}", DROP[request.param].format(**known))


def in_query(address: sa.URL) -> sa.URL:
    """The same address with user and password in its query."""
    return address.set(username=None, password=None).update_query_dict({"user": USER, "password": PASSWORD})


def broken(address: sa.URL) -> list[sa.URL]:
    """Ways in which a connection fails: nobody listens, somebody hangs up, no such database, no such driver."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refused = listener.getsockname()[1]
    return [
        address.set(port=refused),
        in_query(address.set(port=refused)),
        in_query(address.set(database="no_such_database_here")),
        address.set(host="no-such-host.invalid"),
        address.set(drivername="nosuchdialect"),
    ]


@pytest.mark.servers
def test_a_password_is_nowhere_in_what_runs_leave_and_commands_print(address, tmp_path, monkeypatch, capfd):
    small = SmallCompany(tmp_path)
    places = {"CMW_CONFIG": str(small.settings.config), "CMW_HOME": str(small.settings.home)}
    for name, value in places.items():
        monkeypatch.setenv(name, value)
    small.source(f"erp_products: {{table: {TABLE}}}\nerp_orders: {{query: no sql}}", connection="${SHOP_URL}")
    printed, statuses = "", []
    for url in [address, *broken(address)]:
        monkeypatch.setenv("SHOP_URL", url.render_as_string(hide_password=False))
        settings = environment.prepare()
        with open_instance(settings) as instance:
            done = dg.materialize([raw_entities], instance=instance, resources={"run": CompanyRun()})
            assert done.success, "what fails to be read is told, and the step goes on"
        statuses.append(read_manifest(settings).loads[-2].status)
        for command in (("sources", "check"), ("sources", "preview", "erp_products"), ("doctor",)):
            environ = {**os.environ, **places}
            ended = subprocess.run([CMW, *command], env=environ, capture_output=True, text=True, check=False)
            printed += ended.stdout + ended.stderr
    assert statuses[0] == "loaded" and set(statuses[1:]) == {"failed"}, statuses
    printed += "".join(capfd.readouterr())
    assert "refuses connections" in printed or "cannot be reached" in printed
    assert "password=***" in printed
    forms = (PASSWORD, str(address.render_as_string(hide_password=False)).split(":")[2].split("@")[0])
    assert len(set(forms)) == 2
    for form in forms:
        assert form not in printed
        holders = [
            path for path in small.settings.home.rglob("*") if path.is_file() and form.encode() in path.read_bytes()
        ]
        assert holders == []
    assert list((small.settings.home / "dagster").rglob("*.db")), "Dagster's records were looked at"


@pytest.mark.parametrize("connection", ["postgresql://reader:${ERP_PASSWORD}@127.0.0.1:1/sales", "${ERP_URL}"])
def test_no_end_of_a_password_shows_in_what_a_check_of_the_sources_prints(tmp_path, connection):
    small = SmallCompany(tmp_path)
    small.source("erp_products: {table: p}", connection=connection)
    environ = {**os.environ, "CMW_CONFIG": str(small.settings.config), "CMW_HOME": str(small.settings.home)}
    environ |= {"ERP_PASSWORD": "Vor@Geheim", "ERP_URL": "postgresql://reader:Vor@Geheim@127.0.0.1:1/sales"}
    command = [CMW, "sources", "check", "--json"]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    printed = ended.stdout + ended.stderr
    assert "shop.yml: " in printed
    assert not any(piece in printed for piece in ("Vor", "Geheim")), printed
