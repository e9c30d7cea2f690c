-- Metric 4: existing + converted + converted late + lost + open = new leads, and no lead of the facts is missing.
with months as (
    select
        month_start,
        sum(new_leads) as new_leads,
        sum(existing_leads + converted_leads + converted_late_leads + lost_leads + open_leads) as judged_leads,
        sum(answered_leads + waiting_leads) as responses,
        sum(new_leads + merged_leads) as all_leads
    from {{ ref('acquisition_monthly') }}
    group by month_start
),

facts as (
    select {{ month_start('leads.created_date') }} as month_start, count(*) as all_leads
    from {{ ref('fct_leads') }} as leads
    inner join {{ ref('run_context') }} as context on leads.created_date <= context.as_of_date
    group by {{ month_start('leads.created_date') }}
)

select months.*
from months
full outer join facts on months.month_start = facts.month_start
where months.new_leads <> months.judged_leads
    or months.new_leads <> months.responses
    or coalesce(months.all_leads, 0) <> coalesce(facts.all_leads, 0)
