"""Two customers are joined, everything is computed, they are parted again: every number is as it was (I16)."""

import pytest

from tests.end_to_end.conftest import LivingCompany
from tests.end_to_end.equal_tables import differing_tables

NOT_OF_ALERTS = "where not regexp_matches(metric_name, 'alert|treated|save_rate|alarm')"
# That they were joined for a while is a fact of its own; alerts are counted up to the run that counts.
ALIKE = {
    "identity.customer_identity_map": "where valid_to is null",
    "metrics.metric_values": NOT_OF_ALERTS,
    "metrics.metric_catalogue": NOT_OF_ALERTS,  # it says why a metric has no value
}
pytestmark = pytest.mark.slow

# A customer with one record, who can be parted from another by it, and the largest one.
PAIR = """
    with records as (
        select customer_key, count(*) as records, any_value(source_system) as source_system,
            any_value(entity) as entity, any_value(source_key) as source_key
        from identity.customer_identity_map where valid_to is null group by customer_key
    ),
    buyers as (
        select customer_key, sum(net_revenue) as revenue from core.customer_months
        where customer_key <> 'unassigned' group by customer_key having sum(net_revenue) > 0
    )
    select customer_key, source_system, entity, source_key, records from records inner join buyers using (customer_key)
    order by records, revenue desc, customer_key
"""


def test_a_merge_and_its_split_leave_no_number_changed(published_company, tmp_path):
    company: LivingCompany = published_company.copy(tmp_path / "home")
    buyers = company.query(PAIR)
    (one, *record, records), (other, *_) = buyers[0], buyers[-1]
    assert records == 1

    company.cmw("identity", "merge", one, other, "--reason", "one company")
    company.cmw("run")
    between = differing_tables(published_company, company, ALIKE)
    assert {"core.customer_months", "marts.customer_profitability", "metrics.metric_values"} <= between.keys()

    company.cmw("identity", "split", *record, "--reason", "two after all")
    company.cmw("run")
    assert differing_tables(published_company, company, ALIKE) == {}
