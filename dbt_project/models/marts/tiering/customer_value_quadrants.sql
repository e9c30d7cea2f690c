-- Value is measured against the buyers that brought any revenue, loyalty against all. Who had no business within the year is
-- measured against them too, and is loyal to nobody.
with measured as (
    select * from {{ ref('int_value_loyalty') }}
),

medians as (
    select
        month_start,
        {{ median_of('case when has_revenue then value_amount end') }} as median_value,
        count(*) as buyers
    from measured
    where standing = 'buyer'
    group by month_start
),

-- share of the buyers that had business in no more months than he
placed as (
    select customer_key, month_start, rank() over (partition by month_start order by business_months desc) as places_from_top
    from measured
    where standing = 'buyer'
),

judged as (
    select
        measured.*,
        medians.median_value,
        case
            when measured.standing = 'buyer' then 100 * {{ safe_ratio('medians.buyers - placed.places_from_top + 1', 'medians.buyers') }}
            when measured.standing = 'lapsed' then 0
        end as loyalty_percentile
    from measured
    left join medians on medians.month_start = measured.month_start
    left join placed on placed.customer_key = measured.customer_key and placed.month_start = measured.month_start
),

celled as (
    select
        *,
        case
            -- without revenue nobody's value is known, and there are no cells
            when value_amount is null then null
            when standing in ('no_order', 'too_new') then standing
            when value_amount > 0 and value_amount >= coalesce(median_value, 0)
                then case when loyalty_percentile >= 50 then 'high_value_loyal' else 'high_value_occasional' end
            else case when loyalty_percentile >= 50 then 'low_value_loyal' else 'low_value_occasional' end
        end as cell
    from judged
),

final as (
    select
        celled.customer_key,
        celled.month_start,
        celled.state_date,
        celled.is_current,
        celled.cell,
        cells.label_en as cell_en,
        cells.label_zh as cell_zh,
        cells.policy_en,
        cells.policy_zh,
        celled.value_basis,
        celled.value_amount,
        celled.contribution_profit,
        case when celled.value_basis = 'contribution_profit' then celled.median_value end as median_contribution_profit,
        celled.median_value,
        celled.business_months,
        celled.loyalty_percentile,
        coalesce(attributes.owner_id, 'unassigned') as owner_id,
        coalesce(attributes.region, 'unknown') as region,
        coalesce(attributes.customer_type, 'unassigned') as customer_type,
        coalesce(attributes.acquisition_channel, 'unknown') as acquisition_channel,
        coalesce(tiers.tier, 'unranked') as tier
    from celled
    inner join {{ ref('value_cells') }} as cells on cells.cell = celled.cell
    left join {{ ref('int_customer_tier_months') }} as tiers
        on tiers.customer_key = celled.customer_key and tiers.month_start = celled.month_start
    {{ join_history('attributes', 'celled', 'celled.state_date') }}
)

select * from final
