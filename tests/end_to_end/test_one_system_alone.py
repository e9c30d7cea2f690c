"""A company may bring one system alone: what the others would have brought is missing, and is no finding."""

import shutil

import pytest

from tests.end_to_end.conftest import ROOT, LivingCompany


@pytest.mark.slow
@pytest.mark.parametrize("system", ["crm", "erp", "service_desk"])
def test_one_system_alone_passes_both_gates(published_company, tmp_path, system):
    company = LivingCompany(tmp_path / system)
    company.take_compiled(published_company)
    shutil.copytree(published_company.home / "demo", company.home / "demo")
    shutil.copytree(ROOT / "config", company.home / "demo" / "config", dirs_exist_ok=True)
    for source in (company.home / "demo" / "config" / "sources").glob("*.yml"):
        if source.stem != system:
            source.unlink()
    company.cmw("run")
    failed = company.query("""
        select table_name, check_name, observed from quality.check_results
        where gate = 'marts' and severity = 'critical' and failed_count > 0
    """)
    assert failed == []
