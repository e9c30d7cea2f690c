"""A company may report in another currency than its books are kept in, whose ERP quotes rates in that of the books."""

import shutil

import pytest

from tests.end_to_end.conftest import ROOT, LivingCompany

WITHOUT_RATE = "select currency, count(*) filter (is_missing_rate) from core.fct_invoices group by all order by all"


@pytest.mark.slow
def test_a_company_with_books_in_yuan_reports_in_euros(published_company, tmp_path):
    company = LivingCompany(tmp_path)
    company.take_compiled(published_company)
    shutil.copytree(published_company.home / "demo", company.home / "demo")
    shutil.copytree(ROOT / "config", company.home / "demo" / "config", dirs_exist_ok=True)
    settings = company.home / "demo" / "config" / "company.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("reporting_currency: CNY", "reporting_currency: EUR"), encoding="utf-8")
    company.cmw("run")
    failed = company.query("""
        select table_name, check_name, observed from quality.check_results
        where gate <> 'raw' and severity = 'critical' and failed_count > 0
    """)
    assert failed == []
    assert company.query("select count(*) from quality.reconciliation where difference_amount <> 0") == [(0,)]
    # dollars have no rate against the euro: they go through the yuan
    assert {"CNY", "EUR", "USD"} <= {currency for currency, _ in company.query(WITHOUT_RATE)}
    assert company.query(WITHOUT_RATE) == published_company.query(WITHOUT_RATE)
