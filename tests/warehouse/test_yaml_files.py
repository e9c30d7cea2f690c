"""A file that is wrong in several keys is told whole: the key to correct is never among those left out."""

import pytest
from pydantic import BaseModel, ConfigDict

from warehouse.company import load_company
from warehouse.errors import CmwError
from warehouse.yaml_files import load_model, read_yaml


class Many(BaseModel):
    model_config = ConfigDict(extra="forbid")
    one: int
    two: int
    three: int
    four: int
    five: int
    sixth: int


@pytest.fixture
def told(tmp_path):
    def load(text: str) -> CmwError:
        (tmp_path / "many.yml").write_text(text, encoding="utf-8")
        with pytest.raises(CmwError) as raised:
            load_model(tmp_path / "many.yml", Many)
        return raised.value

    return load


def test_a_misspelt_required_key_is_told_before_the_one_that_it_leaves_missing(settings):
    settings.config.mkdir()
    (settings.config / "company.yml").write_text("name: Test\nreporting_curency: CNY\n", encoding="utf-8")
    with pytest.raises(CmwError) as raised:
        load_company(settings)
    assert raised.value.what.endswith(
        "company.yml: reporting_curency: there is no such key; reporting_currency: Field required"
    )
    assert raised.value.remedy == "Did you mean reporting_currency instead of reporting_curency"


def test_up_to_five_faults_are_listed_unknown_keys_first(told):
    error = told("one: x\ntoo: 2\nsixht: 6\nzzzzz: 1\n")
    assert error.what.endswith(
        "many.yml: too: there is no such key; sixht: there is no such key; zzzzz: there is no such key; "
        "one: Input should be a valid integer, unable to parse string as an integer; two: Field required (and 4 more)"
    )
    assert error.remedy == "Did you mean two instead of too, sixth instead of sixht"


def test_a_single_fault_is_told_as_briefly_as_before(told):
    whole = "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n"
    assert str(told(whole + "sixth: x")).endswith("unable to parse string as an integer. Correct that key.")
    assert told(whole).remedy == "Correct that key" and told("one: 1").remedy == "Correct those keys"
    error = told(whole + "sixth: 6\nzzzzz: 1")
    assert error.remedy == "Remove it, or see the reference of keys in docs/" and "more" not in error.what
    assert told(whole + "sixth: 6\nthre: 1").remedy == "Did you mean three"


def test_a_list_of_wrong_members_is_not_called_too_short_too(settings):
    settings.config.mkdir()
    company = settings.config / "company.yml"
    said = "name: Test\nreporting_currency: CNY\ncalendar: {working_days: %s}\n"
    company.write_text(said % "[8]", encoding="utf-8")
    with pytest.raises(CmwError) as raised:
        load_company(settings)
    only = "calendar.working_days.0: Input should be less than or equal to 7"
    assert raised.value.what == f"{company}: {only}" and raised.value.remedy == "Correct that key"
    company.write_text(said % "[]", encoding="utf-8")
    with pytest.raises(CmwError, match="working_days: Tuple should have at least 1 item"):
        load_company(settings)


def test_a_key_of_another_part_is_not_suggested_in_its_own_place(tmp_path):
    class Part(BaseModel):
        column: str = ""

    class Whole(BaseModel):
        model_config = ConfigDict(extra="forbid")
        columns: str = ""
        part: Part = Part()

    (tmp_path / "whole.yml").write_text("column: x\n", encoding="utf-8")
    with pytest.raises(CmwError) as raised:
        load_model(tmp_path / "whole.yml", Whole)
    assert raised.value.remedy == "Did you mean columns"


def test_a_key_that_stands_twice_is_told_with_its_line(told):
    whole = "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\nsixth: 6\n"
    error = told(whole + "two: 22\n")
    assert error.what.endswith("many.yml, line 7 is not valid YAML: the key 'two' stands there twice")
    error = told("one: [{a: 1, b: 2, a: 3}]\n")
    assert "line 1 is not valid YAML: the key 'a' stands there twice" in error.what


def test_what_an_anchor_brings_may_be_written_over(tmp_path):
    path = tmp_path / "anchors.yml"
    path.write_text("base: &base {a: 1, b: 2}\nmine: {<<: *base, b: 3}\nsame: *base\n", encoding="utf-8")
    assert read_yaml(path) == {"base": {"a": 1, "b": 2}, "mine": {"a": 1, "b": 3}, "same": {"a": 1, "b": 2}}
    path.write_text("", encoding="utf-8")
    assert read_yaml(path) is None


@pytest.mark.parametrize("said", ["reporting_currency: RMB", "reporting_currency: CNY\nledger_currency: cny"])
def test_a_currency_that_iso_does_not_know_is_told(settings, said):
    settings.config.mkdir()
    (settings.config / "company.yml").write_text(f"name: Test\n{said}\n", encoding="utf-8")
    with pytest.raises(CmwError, match="is no currency code of ISO 4217, such as CNY"):
        load_company(settings)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("tiers: {a_share: 20}", "tiers.a_share: Input should be less than or equal to 1"),
        ("tiers: {a_share: 0.8}", "a_share and b_share sum to 1.1"),
        ("capital_charge_rate: 8", "capital_charge_rate"),
        ("minimum_base: -1", "minimum_base"),
        ("calendar: {working_days: [0, 1]}", "calendar.working_days.0"),
        ("calendar: {opens: '18:00', closes: '09:00'}", "closes 09:00 is not after opens 18:00"),
        ("health: {orders: 0.85, payment: -0.4}", "health.payment"),
        ("warnings: {contact_days: {A: -45}}", "warnings.contact_days.A"),
    ],
)
def test_a_setting_that_no_company_can_mean_is_told(settings, said, told):
    settings.config.mkdir()
    (settings.config / "company.yml").write_text(f"name: Test\nreporting_currency: CNY\n{said}\n", encoding="utf-8")
    with pytest.raises(CmwError) as error:
        load_company(settings)
    assert told in error.value.what


@pytest.mark.parametrize("text", ["NO", "no", "yes", "On", "010", "1_000", "9:00", "0x1F", "2026-01-31", "True"])
def test_what_looks_like_a_text_is_one(tmp_path, text):
    """YAML 1.1 makes false of the country NO, 8 of 010 and 540 of 9:00."""
    (tmp_path / "one.yml").write_text(f"country: {text}\n", encoding="utf-8")
    assert read_yaml(tmp_path / "one.yml") == {"country": text}


def test_values_keep_their_kinds_and_keys_are_as_written(tmp_path):
    (tmp_path / "one.yml").write_text(
        "values: {1.10: 1.10, 010: 10, 1: -3, NO: true, true: false, ~: null, '~': .5, 1e3: 1e3}\n", encoding="utf-8"
    )
    found = read_yaml(tmp_path / "one.yml")["values"]
    assert list(found) == ["1.10", "010", "1", "NO", "true", None, "~", "1e3"]
    assert list(found.values()) == [1.1, 10, -3, True, False, None, 0.5, 1000.0]


def test_the_country_of_norway_needs_no_quotes(settings):
    settings.config.mkdir()
    text = "name: Test\nreporting_currency: NOK\ncalendar: {country: NO}\n"
    (settings.config / "company.yml").write_text(text, encoding="utf-8")
    assert load_company(settings).calendar.country == "NO"
