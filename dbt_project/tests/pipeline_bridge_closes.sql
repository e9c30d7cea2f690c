-- I11: the pipeline bridge closes for each owner and day, each day opens with what the last one closed with,
-- and what one owner hands over another takes.
with days as (
    select
        *,
        lag(closing_count) over (partition by owner_id, pipeline order by snapshot_date) as earlier_closing_count,
        lag(closing_amount) over (partition by owner_id, pipeline order by snapshot_date) as earlier_closing_amount
    from {{ ref('opportunity_pipeline') }}
),

handed_over as (
    select snapshot_date
    from days
    group by snapshot_date
    having sum(transferred_in_count) <> sum(transferred_out_count)
)

select snapshot_date, owner_id, pipeline
from days
where opening_count + created_count + reopened_count + transferred_in_count - transferred_out_count
        - won_count - lost_count - disqualified_count <> closing_count
    or opening_amount + created_amount + reopened_amount + transferred_in_amount - transferred_out_amount
        - won_amount - lost_amount - disqualified_amount + amount_change + currency_effect <> closing_amount
    or opening_count <> coalesce(earlier_closing_count, 0)
    or opening_amount <> coalesce(earlier_closing_amount, 0)
union all
select snapshot_date, 'all' as owner_id, 'all' as pipeline from handed_over
