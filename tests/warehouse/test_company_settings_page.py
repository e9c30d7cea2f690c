"""Every key of company.yml stands on the page that documents the settings, with the default that holds."""

import re

import pytest
from pydantic import BaseModel

from warehouse.company import Company
from warehouse.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "company_settings.md").read_text(encoding="utf-8")


def keys_of_the_page() -> set[str]:
    """The first column of the table, written out: 'tiers.a_share, b_share' is two keys, 'health.*' all of them."""
    found = set()
    for line in PAGE.splitlines():
        match = re.match(r"\| ([a-z0-9_.*, ]+) \|", line)
        if match and match[1] != "key":
            parts = [part.strip() for part in match[1].split(",")]
            prefix = parts[0].rpartition(".")[0]
            found |= {part if "." in part or not prefix else f"{prefix}.{part}" for part in parts}
    return found


def keys_of(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys += keys_of(kind, f"{prefix}{name}.")
        else:
            keys.append(f"{prefix}{name}")
    return keys


@pytest.mark.parametrize("key", keys_of(Company))
def test_a_setting_stands_on_the_page(key):
    whole_group = f"{key.rpartition('.')[0]}.*"
    assert {key, whole_group} & keys_of_the_page(), f"docs/company_settings.md does not say what {key} means"


def test_the_page_names_no_setting_that_is_none():
    known = set(keys_of(Company))
    groups = {f"{key.rpartition('.')[0]}.*" for key in known}
    assert keys_of_the_page() - known - groups == set()
