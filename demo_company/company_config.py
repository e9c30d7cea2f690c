"""The configuration folder of a demo company of another profile, made out of the one that is shipped."""

import re
import shutil
from pathlib import Path

import yaml

from demo_company.plan import DemoError, Plan

COMPANIES = {
    "machine_maker": ("Hengfeng Machinery", "恒丰机械", "b2b_project"),
    "twenty": ("Xiaojing Tools", "小精工具", "b2b_project"),
    "concentrated": ("Sanjia Parts", "三家配件", "b2b_project"),
    "shop": ("Youxuan Shop", "优选小店", "b2c"),
}
WITHOUT_STAGES = ("crm_stages", "crm_opportunities", "crm_opportunity_stage_history", "crm_quotes", "crm_contracts")


def write_config(template: Path, folder: Path, profile: str) -> Path:
    """Copies the configuration folder ``template`` to ``folder`` and fits it to the profile. Raises DemoError."""
    if profile not in COMPANIES:
        raise DemoError(f"There is no demo profile {profile!r}. Choose one of {', '.join(COMPANIES)}.")
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(template, folder)
    company = folder / "company.yml"
    name, name_zh, rule = COMPANIES[profile]
    text = company.read_text(encoding="utf-8")
    for key, value in (("name", name), ("name_zh", name_zh), ("profile", rule)):
        text = re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", text)
    company.write_text(text, encoding="utf-8")
    fit_crm(folder / "sources" / "crm.yml", Plan.settings_of(profile))
    return folder


def fit_crm(path: Path, settings: dict) -> None:
    """The CRM's source file with this profile's channels, and without the entities that it does not hold."""
    source = yaml.safe_load(path.read_text(encoding="utf-8"))
    absent = () if settings["stage_pass"] else WITHOUT_STAGES
    source["entities"] = {name: spec for name, spec in source["entities"].items() if name not in absent}
    for spec in source["entities"].values():
        for column in {"channel", "acquisition_channel"} & spec.get("values", {}).keys():
            spec["values"][column] = dict(enumerate(settings["channels"], start=1))
    path.write_text(yaml.safe_dump(source, allow_unicode=True, sort_keys=False, width=118), encoding="utf-8")
