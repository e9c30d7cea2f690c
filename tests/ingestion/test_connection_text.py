"""What a source file says of its connection: variables are filled in, passwords are not written and never shown."""

import json
import socket

import pytest

from ingestion.check import check_sources
from ingestion.connection_secrets import parsed, shown, without_secret
from ingestion.connection_text import expand_connection
from ingestion.failures import as_error
from ingestion.new_source import _unwritten
from ingestion.sources import load_sources
from warehouse.errors import CmwError

PRODUCTS = "erp_products: {table: p}"
NOBODY = "127.0.0.1:1"  # nobody listens on port 1


def expanded(small_company, text: str) -> str:
    return expand_connection(text, small_company.settings, "shop.yml")


def test_the_value_of_a_variable_is_taken_as_it_is_even_where_it_looks_like_a_variable(small_company, monkeypatch):
    monkeypatch.setenv("SHOP_PW", "a${SHOP_PW}b${OTHER}")
    assert expanded(small_company, "x://u:${SHOP_PW}@h") == "x://u:a${SHOP_PW}b${OTHER}@h"
    assert expanded(small_company, "x://${NONE:-v:${SHOP_PW}}@h") == "x://v:a${SHOP_PW}b${OTHER}@h"


def test_defaults_hold_variables_and_braces(small_company, monkeypatch):
    monkeypatch.setenv("SHOP_DB", "b}c")
    assert expanded(small_company, "${A:-${B:-x${SHOP_DB}}y}/${SHOP_DB}") == "xb}cy/b}c"
    assert expanded(small_company, "${A:-{}}${B:-}$C ${D") == "{}$C ${D"


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://u:S3cretQ@h/d",
        "postgresql://u:S3cretQ@h:${SHOP_PORT}/d",
        "postgresql://u:p:S3cretQ@h:x@y/d",
        "mysql://h/d?user=u&password=S3cretQ",
        "${SHOP_URL:-mysql://u:S3cretQ@h/d}",
        "${SHOP_URL:-mysql://u@h/d?${MORE:-passwd=S3cretQ}}",
    ],
)
def test_a_password_in_the_source_file_is_refused_with_the_remedy(small_company, written):
    small_company.source(PRODUCTS, connection=f'"{written}"')
    with pytest.raises(CmwError, match="connection holds a password") as raised:
        small_company.extract()
    assert "NAME_FILE" in raised.value.remedy and "S3cretQ" not in str(raised.value)
    assert "S3cretQ" not in _unwritten("shop", written)


def test_a_password_from_the_environment_or_a_file_is_taken(small_company, monkeypatch, tmp_path):
    (tmp_path / "pw").write_text("S3cretQ\n")
    monkeypatch.setenv("PW_FILE", str(tmp_path / "pw"))
    for written in ("mysql://u:${PW}@h/d", "mysql://u:x${PW}@h/d", "mysql://h/d?password=${PW}"):
        small_company.source(PRODUCTS, connection=f"'{written.replace('h/d', NOBODY + '/d')}'")
        assert "refuses connections" in small_company.load().error


@pytest.mark.parametrize("dialect", ["postgresql", "mysql"])
@pytest.mark.parametrize("password", ["S3cretQ", "a%26S3cretQ%2Fb"])
def test_a_password_in_the_query_of_a_url_shows_nowhere(small_company, monkeypatch, dialect, password):
    monkeypatch.setenv("SHOP_URL", f"{dialect}://{NOBODY}/db?user=someuser&password={password}")
    small_company.source(PRODUCTS, connection="${SHOP_URL}")
    record = small_company.load()
    told = json.dumps([vars(finding) for finding in check_sources(small_company.settings, small_company.company)])
    for text in (record.model_dump_json(), told):
        assert f"{dialect}://{NOBODY}/db?user=***&password=***" in text.replace("+psycopg", "").replace("+pymysql", "")
        assert "S3cretQ" not in text


def test_a_message_of_a_driver_loses_the_password_however_it_is_spelt():
    url = "odbc://u:p%40ss%2Fw@h/d?odbc_connect=PWD%3DTh3Other%3BUID%3Dsomeone&ssl=1"
    said = "login p@ss/w or p%40ss%2Fw with PWD=Th3Other as someone in mode 1 failed"
    assert without_secret(said, url) == "login *** or *** with PWD=*** as *** in mode 1 failed"
    assert shown(url) == "odbc://u:***@h/d?odbc_connect=***&ssl=***"


@pytest.mark.parametrize("broken", ["postgresql://u:p:S3cretQ@h:x@y/d", "postgresql://h:S3cretQ"])
def test_a_url_with_signs_that_were_not_escaped_is_refused_without_showing_it(small_company, monkeypatch, broken):
    monkeypatch.setenv("SHOP_URL", broken)
    small_company.source(PRODUCTS, connection="${SHOP_URL}")
    record = small_company.load()
    assert "is no database URL" in record.error and "%40" in record.error and "S3cretQ" not in record.error


@pytest.mark.parametrize("password", ["geh@im", "g:e/h@i%41m", "@", "a@b@c?d#e"])
def test_a_password_with_an_at_sign_in_a_variable_reaches_the_server_as_it_is(small_company, monkeypatch, password):
    monkeypatch.setenv("ERP_PASSWORD", password)
    for written in ("postgresql://reader:${ERP_PASSWORD}@h:5/d", "postgresql://${NO:-reader}:${ERP_PASSWORD}@h:5/d"):
        url = parsed(expanded(small_company, written))
        assert (url.username, url.password, url.host, url.port, url.database) == ("reader", password, "h", 5, "d")


def test_a_password_that_may_be_encoded_already_is_left_alone(small_company, monkeypatch):
    monkeypatch.setenv("PW", "geh%40im:/x")
    assert parsed(expanded(small_company, "mysql://u:${PW}@h/d")).password == "geh@im:/x"
    assert parsed(expanded(small_company, "mysql://h/d?password=${PW}")).query["password"] == "geh@im:/x"
    monkeypatch.setenv("PW", "a&b=c%41")
    assert dict(parsed(expanded(small_company, "mysql://h/d?user=u&password=${PW}&ssl=1")).query) == {
        "user": "u",
        "password": "a&b=c%41",
        "ssl": "1",
    }
    monkeypatch.setenv("REST", "h/d?user=me@x&x=y")
    assert expanded(small_company, "mysql://${REST}") == "mysql://h/d?user=me@x&x=y"


TORN = [
    "postgresql://reader:Vor@Geheim@127.0.0.1:1/sales",
    "postgresql://reader:Vor/x@Geheim@127.0.0.1:1/sales",
    "postgresql://reader:Vor@Geheim/im@127.0.0.1:1/sales",
    "postgresql://reader:Vor@Geheim?im@127.0.0.1:1/sales",
    "postgresql://reader:Vor@1:Geheim@127.0.0.1:1/sales",
    "postgresql://read/er:Vor@Geheim:im@127.0.0.1:1/sales",
    "postgresql://read/er:Geheim@127.0.0.1:1/sales",
]


@pytest.mark.parametrize("url", TORN)
def test_no_piece_of_a_password_shows_where_its_signs_tear_the_url(small_company, monkeypatch, url):
    monkeypatch.setenv("SHOP_URL", url)
    small_company.source(PRODUCTS, connection="${SHOP_URL}")
    told = json.dumps([vars(finding) for finding in check_sources(small_company.settings, small_company.company)])
    for text in (told, small_company.load().model_dump_json(), shown(url)):
        assert not any(word in text for word in ("Geheim", "Vor", "'im", "im@")), text
    assert "%40" in told


def test_a_drivers_words_lose_every_piece_of_a_torn_password():
    url = "postgresql://reader:geh@im@127.0.0.1:5999/sales"
    said = "failed to resolve host 'im@127.0.0.1', its time is up for geh and GEH@im"
    assert without_secret(said, url) == "failed to resolve host '***@127.0.0.1', its time is up for *** and ***"
    assert shown(url) == "postgresql://***@127.0.0.1:5999/sales"
    assert without_secret("no host 'geheim'", "postgresql://u:1@geheim:x@h/d") == "no host '***'", "of no URL at all"


def test_an_unknown_host_is_told_with_how_to_write_a_password(small_company, monkeypatch):
    monkeypatch.setenv("SHOP_URL", "postgresql://u:geheim@nobody/d")
    small_company.source(PRODUCTS, connection="${SHOP_URL}")
    (source,) = load_sources(small_company.settings, small_company.company)
    error = as_error(Exception("could not translate host name nobody"), source)
    assert "host name that nobody knows" in str(error) and "@ as %40" in error.remedy


@pytest.mark.parametrize(
    ("said", "meaning", "remedy"),
    [
        ("SELECT command denied to user 'u'@'h' for table `d`.`t`", "denies reading", "Grant select"),
        ("Access denied for user 'u'@'%' to database 'd'", "has no such database, or denies it", "database name"),
        ("Access denied for user 'u'@'h' (using password: YES)", "refuses user or password", "credentials"),
    ],
)
def test_what_mariadb_denies_is_told_apart(small_company, monkeypatch, said, meaning, remedy):
    monkeypatch.setenv("SHOP_URL", "mysql://u:geheim@h/d")
    small_company.source(PRODUCTS, connection="${SHOP_URL}")
    (source,) = load_sources(small_company.settings, small_company.company)
    error = as_error(Exception(said), source)
    assert meaning in error.what and remedy in error.remedy


def test_a_server_that_takes_the_connection_and_says_nothing_is_told_as_that(small_company):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://reader@127.0.0.1:{silent.getsockname()[1]}/sales?connect_timeout=2"
        small_company.source(PRODUCTS, connection=f"'{url}'")
        error = small_company.load().error
    assert "does not answer" in error and "firewall" in error
