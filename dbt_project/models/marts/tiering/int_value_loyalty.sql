-- What a customer's cell is decided by, for each observed month: his contribution of twelve months, or his revenue where that is
-- not known, and in how many of them there was business with him.
with known as (
    {{ observed_customers() }}
),

business as (
    select
        known.customer_key,
        known.month_start,
        sum(case when months.month_start > {{ add_months('known.month_start', -12) }} then 1 else 0 end) as business_months,
        sum(case when months.month_start > {{ add_months('known.month_start', -12) }} and months.has_purchase then 1 else 0 end)
            as purchase_months
    from known
    inner join {{ ref('int_business_months') }} as months
        on months.customer_key = known.customer_key and months.month_start <= known.month_start
    group by known.customer_key, known.month_start
),

final as (
    select
        known.*,
        cast(case when bases.names_cogs then coalesce(results.trailing_contribution_profit, 0) end as decimal(18, 2))
            as contribution_profit,
        {{ value_basis() }} as value_basis,
        {{ if_revenue(customer_value('coalesce(results.trailing_contribution_profit, 0)', 'coalesce(results.trailing_net_revenue, 0)')) }}
            as value_amount,
        cast(coalesce(business.business_months, 0) as bigint) as business_months,
        -- a contract in force that brings nothing is business, and its customer no measure of value
        coalesce(business.purchase_months > 0, false) or coalesce(results.trailing_net_revenue > 0, false) as has_revenue,
        case
            when business.customer_key is null then 'no_order'
            -- without a day of activity, as of a buyer without a contract in the contract profile, nothing shows that he is new
            when known.is_proven_new and {{ days_between('known.first_active_date', 'known.state_date') }} < {{ new_customer_days() }}
                then 'too_new'
            when business.business_months > 0 then 'buyer'
            else 'lapsed'
        end as standing
    from known
    cross join {{ ref('int_profit_bases') }} as bases
    left join business on business.customer_key = known.customer_key and business.month_start = known.month_start
    left join {{ ref('int_customer_tier_months') }} as results
        on results.customer_key = known.customer_key and results.month_start = known.month_start
)

select * from final
