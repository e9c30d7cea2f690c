with context as (

    select reporting_currency from {{ ref('run_context') }}

),

monthly as (

    select
        product_line,
        currency,
        month_start,
        {{ money_where("flow_type = 'booked'") }} as booked_amount,
        {{ money_where("flow_type = 'cancelled'", '-amount') }} as cancelled_amount,
        {{ money_where("flow_type = 'billed'") }} as billed_amount,
        {{ money_where("flow_type = 'released'", '-amount') }} as released_amount,
        sum(case when flow_type = 'billed' then -document_amount else document_amount end) as document_change
    from {{ ref('int_backlog_flows') }}
    group by product_line, currency, month_start

),

members as (

    select product_line, currency, min(month_start) as first_month
    from monthly
    group by product_line, currency

),

-- contracts are older than the record of billing, where the first month shown begins: their months give its opening
months as (

    select months.month_start, months.month_as_of_date, months.month_start >= billing.first_month as is_shown
    from {{ ref('int_months') }} as months
    cross join (
        select coalesce(min(billing_begins_date), cast('1970-01-01' as date)) as first_month from {{ ref('int_contract_values') }}
    ) as billing
    union all
    select distinct month_start, {{ last_day('month_start') }}, false
    from monthly
    where month_start < (select min(month_start) from {{ ref('int_months') }})

),

balances as (

    select
        members.product_line,
        members.currency,
        months.month_start,
        months.month_as_of_date,
        months.is_shown,
        coalesce(monthly.booked_amount, 0) as booked_amount,
        coalesce(monthly.cancelled_amount, 0) as cancelled_amount,
        coalesce(monthly.billed_amount, 0) as billed_amount,
        coalesce(monthly.released_amount, 0) as released_amount,
        sum(coalesce(monthly.document_change, 0)) over (
            partition by members.product_line, members.currency order by months.month_start
            rows between unbounded preceding and current row
        ) as document_closing
    from members
    inner join months on months.month_start >= members.first_month
    left join monthly
        on members.product_line = monthly.product_line
        and members.currency = monthly.currency
        and months.month_start = monthly.month_start

),

valued as (

    select
        balances.*,
        {{ converted('balances.document_closing', 'rates') }} as closing_amount,
        {{ as_flag('rates.rate is null and balances.document_closing <> 0') }} as missing_rates
    from balances
    cross join context
    {{ join_rates('rates', 'balances.currency', 'context.reporting_currency', 'balances.month_as_of_date') }}

),

opened as (

    select
        *,
        coalesce(lag(closing_amount) over (partition by product_line, currency order by month_start), 0) as opening_amount
    from valued

),

summed as (

    select
        month_start,
        product_line,
        {%- for column in ['opening', 'booked', 'billed', 'cancelled', 'released', 'closing'] %}
        cast(sum({{ column }}_amount) as decimal(18, 2)) as {{ column }}_amount,
        {%- endfor %}
        -- a balance that no rate can value is in no total: what it was worth before leaves by this line
        cast(sum(coalesce(closing_amount, 0) - opening_amount - booked_amount + billed_amount + cancelled_amount + released_amount)
            as decimal(18, 2)) as currency_effect,
        max(missing_rates) = 1 as is_missing_rate
    from opened
    where is_shown
    group by month_start, product_line

),

-- where no source brings invoices nobody knows what is billed of what was booked, nor what is left
final as (

    select
        summed.month_start,
        summed.product_line,
        summed.booked_amount,
        summed.cancelled_amount,
        {%- for column in ['opening_amount', 'billed_amount', 'released_amount', 'currency_effect', 'closing_amount'] %}
        cast(case when brought.has_invoices then summed.{{ column }} end as decimal(18, 2)) as {{ column }},
        {%- endfor %}
        case when brought.has_invoices then summed.is_missing_rate end as is_missing_rate
    from summed
    cross join {{ ref('int_brought') }} as brought

)

select * from final
