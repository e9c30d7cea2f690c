"""Merging two customers and taking them apart again restores every number (invariant I16)."""

import pytest

from tests.end_to_end.equal_tables import differing_tables

# What keeps that there was a merge: the history of who is who, and the alerts that were raised meanwhile.
REMEMBERS = {
    "identity.customer_identity_map", "metric_rows.int_metric_alerts", "metric_rows.int_metric_saves",
    "metric_rows.int_metric_identity",
}  # fmt: skip


@pytest.mark.slow
def test_a_merge_and_its_split_restore_every_number(published_company, changing_company):
    [(kept, _), (gone, record)] = published_company.query("""
        with alone as (
            select customer_key, any_value(source_key) as source_key
            from identity.customer_identity_map
            where valid_to is null and customer_key <> 'unassigned'
            group by customer_key
            having count(*) = 1 and any_value(entity) = 'erp_customers'
        )
        select customer_key, source_key from alone
        inner join (select customer_key, sum(net_revenue) as revenue from core.customer_months group by all)
            using (customer_key)
        order by revenue desc, customer_key limit 2
    """)
    money = (
        "select customer_key, sum(net_revenue) from core.customer_months where customer_key in ('{}', '{}') group by 1"
    )
    before = dict(published_company.query(money.format(kept, gone)))
    assert len(before) == 2
    changing_company.cmw("identity", "merge", kept, gone, "--reason", "one owner")
    changing_company.cmw("run")
    merged = dict(changing_company.query(money.format(kept, gone)))
    assert list(merged.values()) == [sum(before.values())]
    changing_company.cmw("identity", "split", "erp", "erp_customers", record, "--reason", "two owners")
    changing_company.cmw("run")
    assert dict(changing_company.query(money.format(kept, gone))) == before
    differing = differing_tables(published_company, changing_company)
    assert set(differing) <= REMEMBERS, differing
