"""A running month up to today beside the same days of the month before and of last year, and variants of metrics."""

import pytest


@pytest.mark.parametrize(
    ("metric", "rows", "day", "amount"),
    [
        ("net_revenue", "core.fct_gl_entries where account_class = 'revenue'", "posting_date", "natural_amount"),
        ("new_leads", "metric_rows.int_metric_leads where true", "created_date", "1"),
        ("interaction_count", "metric_rows.int_metric_interactions where true", "contact_date", "1"),
    ],
)
def test_the_same_days_of_other_months_are_cut_at_the_same_day(published_company, metric, rows, day, amount):
    [(value, whole, previous, last_year, as_of)] = published_company.query(f"""
        select cut.value, whole.value, cut.previous_value, cut.same_period_last_year_value, cut.as_of
        from metrics.metric_values as cut
        inner join metrics.metric_values as whole using (metric_name, period_grain, period_start, dimension_name)
        where metric_name = '{metric}' and period_grain = 'month' and dimension_name = 'total'
            and cut.variant = 'to_date' and whole.variant = 'default'
    """)
    [expected] = published_company.query(f"""
        select
            sum(case when {day} between {_month(as_of, 1)} and {_day(as_of, 1)} then {amount} else 0 end),
            sum(case when {day} between {_month(as_of, 12)} and {_day(as_of, 12)} then {amount} else 0 end)
        from {rows}
    """)
    assert value == whole
    assert (previous, last_year) == expected


def _day(as_of, months: int) -> str:
    return f"(date '{as_of}' - to_months({months}))::date"


def _month(as_of, months: int) -> str:
    return f"date_trunc('month', date '{as_of}' - to_months({months}))::date"


def test_whatever_the_attribution_the_channels_sum_to_the_same_margin_and_differ_where_they_should(
    published_company,
):
    rows = published_company.query("""
        select variant, sum(numerator) filter (dimension_name = 'total'),
            sum(numerator) filter (dimension_name = 'channel')
        from metrics.metric_values
        where metric_name = 'marketing_roi' and period_grain = 'year' and variant <> 'to_date'
        group by all order by all
    """)
    assert [variant for variant, _, _ in rows] == ["default", "first", "last", "position"]
    assert len({total for _, total, _ in rows}) == 1
    assert all(total == channels for _, total, channels in rows)
    by_channel = published_company.query("""
        select count(distinct numerator) from metrics.metric_values
        where metric_name = 'marketing_roi' and period_grain = 'year' and dimension_name = 'channel'
        group by period_start, dimension_value having count(distinct numerator) > 1
    """)
    [(conversions_of_several_channels,)] = published_company.query("""
        select count(*) from (
            select customer_key from marts.attribution_credits
            group by customer_key, converted_date having count(distinct channel) > 1
        )
    """)
    assert bool(by_channel) == (conversions_of_several_channels > 0)


def test_a_year_by_amount_weighs_deals_and_by_count_counts_them(published_company):
    rows = dict(
        published_company.query("""
            select variant, denominator from metrics.metric_values
            where metric_name = 'opportunity_win_rate' and period_grain = 'year' and period_start = date '2025-01-01'
                and dimension_name = 'total'
        """)
    )
    [(count, amount)] = published_company.query("""
        select count(*), sum(amount) from core.fct_opportunities
        where outcome in ('won', 'lost') and year(closed_date) = 2025
    """)
    assert rows == {"default": count, "by_amount": amount}
