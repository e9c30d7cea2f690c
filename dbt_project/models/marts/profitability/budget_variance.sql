-- Effects are taken off one after the other, and the last is what is left: they sum to the variance by construction.
with context as (

    select {{ month_start('as_of_date') }} as this_month from {{ ref('run_context') }}

),

budgets as (

    select budgets.*
    from {{ ref('int_budget_months') }} as budgets
    inner join context on budgets.month_start <= context.this_month
    cross join {{ ref('int_profit_bases') }} as bases
    -- a margin that nobody knows is not the whole of its budget away from it
    where budgets.budget_metric = 'net_revenue' or bases.cogs_basis <> 'missing'

),

-- a member with figures and no budget is shown in every version that has a budget for others in that month
wanted as (

    select month_start, budget_metric, dimension_name, dimension_value, version from budgets
    union
    select actuals.month_start, plans.budget_metric, actuals.dimension_name, actuals.dimension_value, plans.version
    from {{ ref('int_budget_actuals') }} as actuals
    inner join (select distinct month_start, budget_metric, dimension_name, version from budgets) as plans
        on actuals.month_start = plans.month_start and actuals.dimension_name = plans.dimension_name
    where actuals.net_revenue <> 0 or actuals.gross_margin <> 0

),

joined as (

    select
        wanted.*,
        budgets.budget_amount is not null as is_budgeted,
        coalesce(budgets.budget_amount, 0) as budget_amount,
        revenue.budget_amount as budget_revenue,
        -- of revenue or of margin, units are those that the budget of revenue states
        case when revenue.budget_quantity > 0 then revenue.budget_quantity end as planned_quantity,
        coalesce(actuals.net_revenue, 0) as net_revenue,
        coalesce(actuals.quantity, 0) as quantity,
        coalesce(case wanted.budget_metric when 'net_revenue' then actuals.net_revenue else actuals.gross_margin end, 0)
            as actual_amount,
        coalesce(actuals.currency_amount, 0) as currency_amount
    from wanted
    {%- for name in ['budgets', 'revenue'] %}
    left join budgets {{ 'as revenue' if name == 'revenue' }}
        on wanted.month_start = {{ name }}.month_start and wanted.version = {{ name }}.version
        and wanted.dimension_name = {{ name }}.dimension_name and wanted.dimension_value = {{ name }}.dimension_value
        and {{ name }}.budget_metric = {{ "'net_revenue'" if name == 'revenue' else 'wanted.budget_metric' }}
    {%- endfor %}
    left join {{ ref('int_budget_actuals') }} as actuals
        on wanted.month_start = actuals.month_start
        and wanted.dimension_name = actuals.dimension_name and wanted.dimension_value = actuals.dimension_value

),

measured as (

    select
        *,
        actual_amount - budget_amount as variance_amount,
        is_budgeted and (budget_metric = 'net_revenue' or planned_quantity is not null) as has_currency,
        case
            when not is_budgeted then 0
            when planned_quantity is not null then (quantity - planned_quantity) * {{ safe_ratio('budget_amount', 'planned_quantity') }}
            when budget_metric = 'gross_margin' then
                coalesce((net_revenue - budget_revenue) * {{ safe_ratio('budget_amount', 'budget_revenue') }}, 0)
            else actual_amount - budget_amount - currency_amount
        end as volume_effect,
        -- what the goods sold would have cost as planned, less what they did
        case when is_budgeted and budget_metric = 'gross_margin' and planned_quantity is not null
            then {{ safe_ratio('cast(budget_revenue - budget_amount as double) * quantity', 'planned_quantity') }} - (net_revenue - actual_amount)
            else 0 end as cost_effect
    from joined

),

-- the same units in other regions: what the regions' volume effects sum to beyond that of the company
mixes as (

    select
        month_start,
        budget_metric,
        version,
        sum(volume_effect) as regions_volume_effect
    from measured
    where dimension_name = 'region'
    group by month_start, budget_metric, version
    having min({{ as_flag('is_budgeted and planned_quantity is not null') }}) = 1

),

rounded as (

    select
        measured.*,
        {{ to_money('measured.volume_effect') }} as volume_amount,
        {{ to_money("case when measured.dimension_name = 'total' and measured.planned_quantity is not null and measured.is_budgeted
            then coalesce(mixes.regions_volume_effect - measured.volume_effect, 0) else 0 end") }} as mix_amount,
        {{ to_money('measured.cost_effect') }} as cost_amount,
        {{ to_money('case when measured.has_currency then measured.currency_amount else 0 end') }} as currency_value
    from measured
    left join mixes
        on measured.month_start = mixes.month_start and measured.budget_metric = mixes.budget_metric
        and measured.version = mixes.version

),

left_over as (

    select *, variance_amount - volume_amount - mix_amount - cost_amount - currency_value as rest_amount
    from rounded

)

select
    month_start, budget_metric, dimension_name, dimension_value, version,
    -- v10 comes after v9: of names that differ in their digits only, the longer is the later
    version = first_value(version) over (
        partition by month_start, budget_metric, dimension_name
        order by translate(version, '0123456789', '') desc, length(version) desc, version desc
        rows between unbounded preceding and unbounded following
    ) as is_newest_version,
    is_budgeted,
    cast(actual_amount as decimal(18, 2)) as actual_amount,
    cast(budget_amount as decimal(18, 2)) as budget_amount,
    cast(variance_amount as decimal(18, 2)) as variance_amount,
    volume_amount as volume_effect,
    mix_amount as mix_effect,
    cast(case when is_budgeted and (budget_metric = 'net_revenue' or planned_quantity is not null) then rest_amount else 0 end
        as decimal(18, 2)) as price_effect,
    cost_amount as cost_effect,
    cast(case when is_budgeted and budget_metric = 'gross_margin' and planned_quantity is null then rest_amount else 0 end
        as decimal(18, 2)) as margin_rate_effect,
    currency_value as currency_effect,
    cast(case when is_budgeted then 0 else variance_amount end as decimal(18, 2)) as unbudgeted_effect
from left_over
