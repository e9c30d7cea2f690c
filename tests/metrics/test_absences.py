"""A headline metric says what it is judged by, or why by nothing."""

import pytest

from warehouse.errors import CmwError

JUDGED_BY = ("targets", "limits", "benchmark", "minimum_base")


@pytest.mark.parametrize("key", JUDGED_BY)
def test_silence_is_refused_with_what_to_write(change, key):
    with pytest.raises(CmwError) as error:
        change("retention_rate", drop=key)
    assert f"{key} is missing" in error.value.what
    assert f'{key}: "none: because …"' in error.value.what


@pytest.mark.parametrize("key", JUDGED_BY)
@pytest.mark.parametrize("words", ["none", "none: because", "none: because x", "later"])
def test_a_word_is_no_reason(change, key, words):
    with pytest.raises(CmwError, match=f"{key} gives no reason"):
        change("retention_rate", **{key: words})


@pytest.mark.parametrize("key", ("targets", "limits", "benchmark"))
def test_a_reason_stands_in_the_place_of_a_number(change, key):
    reason = "none: because it is compared with its own past"
    governance = change("retention_rate", **{key: reason}).get("retention_rate").governance
    assert not getattr(governance, key)
    assert governance.absent == {key: reason}


def test_a_rate_of_counted_rows_needs_a_minimum(change):
    with pytest.raises(CmwError, match="minimum_base says otherwise than its base, which is opening_customers"):
        change("retention_rate", minimum_base="none: because nobody asked for it")


def test_a_sum_has_no_minimum(change):
    with pytest.raises(CmwError, match="minimum_base says otherwise than its base, which is none"):
        change("receivable", minimum_base=5)


def test_the_minimum_can_be_the_companys_own(change):
    assert change("retention_rate", minimum_base="company").get("retention_rate").governance.minimum_base == "company"


def test_a_supporting_metric_need_not_say_it(change):
    assert change("opening_customers").get("opening_customers").governance.absent == {}


def test_reasons_are_published_beside_the_definition(published):
    rows = dict(published.execute("select metric_name, absences from metrics.metric_catalogue").fetchall())
    assert rows["order_amount"].startswith("limits none: because the test needs none; benchmark none: because")
    assert rows["retention_rate"] is None
