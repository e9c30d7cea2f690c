{#- A channel that nobody wrote down is a member of its own, so that channels sum to the total. -#}
{% macro channel_or_unknown(channel) -%}
    coalesce(nullif(trim({{ channel }}), ''), 'unknown')
{%- endmacro %}

{#- The offer of which a quote is a version: that for its opportunity. A quote without one is an offer of its own, whose number may be
    that of some opportunity. -#}
{% macro offer_of(quotes) %}coalesce({{ quotes }}.opportunity_id, 'quote|' || {{ quotes }}.quote_id){% endmacro %}

{#- What the n-th of `shares` equal shares of a whole number of units gets: the first shares take what is left over. -#}
{% macro equal_share_units(units, shares, position) -%}
    ({{ integer_division(units, shares) }}
        + case when {{ position }} <= {{ units }} - {{ shares }} * {{ integer_division(units, shares) }} then 1 else 0 end)
{%- endmacro %}

{#- Whole months that have passed between two days (BIGINT). -#}
{% macro whole_months_between(first_day, later_day) -%}
    ({{ months_between_starts(first_day, later_day) }}
        - case when extract(day from {{ later_day }}) < extract(day from {{ first_day }}) then 1 else 0 end)
{%- endmacro %}

{#- Months of a term (DOUBLE): whole months, then the days left over as a share of the month they fall in.
    From 1 January to 31 December are 12 months: `day_after` is the first day that no longer counts. -#}
{% macro months_of_term(first_day, day_after) -%}
    {%- set whole = whole_months_between(first_day, day_after) -%}
    (case when {{ day_after }} > {{ first_day }} then
        cast({{ whole }} as double)
        + cast({{ days_between(add_months(first_day, whole), day_after) }} as double)
            / {{ days_between(add_months(first_day, whole), add_months(first_day, whole ~ ' + 1')) }}
    end)
{%- endmacro %}

{#- Whether a company brings neither contracts, invoices nor orders, so that it knows its customers by the deals that were won.
    What is brought but makes nobody active by the company's profile (R12) is no such company. -#}
{% macro knows_customers_by_deals() -%}
{% for model in ['fct_contracts', 'fct_invoices', 'fct_orders'] -%}
(select count(*) from {{ ref(model) }}) = 0{{ ' and ' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{#- Whether a model has any row (that fits): where it has none, no source brings what it holds. -#}
{% macro has_rows(model, condition='true') %}(select count(*) from {{ ref(model) }} where {{ condition }}) > 0{% endmacro %}

{#- A figure of a query with a relation `brought` (int_brought): 0 where there is none, and missing where no source brings its record. -#}
{% macro if_brought(record, figure, type) -%}
cast(case when brought.has_{{ record }} then coalesce({{ figure }}, 0) end as {{ type }})
{%- endmacro %}

{#- Whether a purchase tells when its customer orders, of a query over run_context as `context`: who has a contract is billed
    by its terms, once a year perhaps, so that an invoice of his tells nothing of it (0012). -#}
{% macro is_order_of_customer(purchases) %}(context.profile <> 'b2b_contract' or {{ purchases }}.purchase_type = 'order'){% endmacro %}

{#- Days in which a lead has to become a customer (metric 4), and in which a second enquiry is the same lead. -#}
{% macro lead_window_days() %}90{% endmacro %}

{#- Days before a conversion in which a touch earns credit (metric 7). -#}
{% macro attribution_window_days() %}90{% endmacro %}

{#- Calendar months, that of the conversion included, whose gross margin marketing is credited with (metric 7). -#}
{% macro attribution_horizon_months() %}12{% endmacro %}

{#- Whole number below or at a / b for whole numbers of any sign and size (BIGINT): the remainder is taken off first,
    so that the division is exact. -#}
{% macro floor_of_division(a, b) -%}
    cast(round(({{ a }} - {{ floor_remainder(a, b) }}) / cast({{ b }} as double)) as bigint)
{%- endmacro %}
{% macro floor_remainder(a, b) %}((({{ a }}) % {{ b }} + {{ b }}) % {{ b }}){% endmacro %}

{#- Days in which a cohort of the funnel has to reach a stage (metric 15). -#}
{% macro funnel_window_days() %}180{% endmacro %}

{#- A day later than all others, in place of an end that nobody knows. -#}
{% macro no_end() %}cast('9999-12-31' as date){% endmacro %}

{#- Days after the assignment in which a member of a campaign's audience has to buy (metric 8). -#}
{% macro campaign_window_days() %}90{% endmacro %}

{#- Days after its end within which a contract is still renewed in time (metric 42). -#}
{% macro renewal_grace_days() %}30{% endmacro %}

{#- Days before and after a customer's last business in which the causes of leaving are looked for. -#}
{% macro cause_window_days() %}90{% endmacro %}

{#- Value of a contract for a year of its term, by months as everywhere (metrics 24, 37 and 42). -#}
{% macro annual_value(contract) -%}
{{ share_of_money(contract ~ '.contract_value', '12', contract ~ '.booked_months') }}
{%- endmacro %}

{#- The team in which an owner sat on a day: join as `teams`, and its member in the select list. -#}
{% macro join_teams(owner, day) -%}
left join {{ ref('int_employee_teams') }} as teams
    on {{ owner }} = teams.employee_id
    and {{ day }} >= teams.valid_from
    and {{ day }} < teams.valid_to
{%- endmacro %}
{% macro team() %}coalesce(teams.team, 'unassigned'){% endmacro %}
