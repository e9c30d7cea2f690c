{#- Body of a select: the rows of `relation` with allocated_amount, their part of `amount` by `units` (whole numbers).
    Largest remainder in cents: everybody gets the whole cents of his part, and the cents left over go to the largest
    remainders, equal ones in the order of units and member. So the parts sum to the amount, the same way on every run.
    `amount` is the same on all rows of a partition. -#}
{% macro allocated_to_the_cent(relation, partition, member, amount, units) -%}
{%- set keys = partition | join(', ') -%}
select
    ranked.*,
    cast(
        cast(whole_cents + case when remainder_rank <= cents_left then 1 else 0 end as decimal(18, 2))
        * case when {{ amount }} < 0 then -0.01 else 0.01 end as decimal(18, 2)
    ) as allocated_amount
from (
    select
        whole.*,
        amount_cents - sum(whole_cents) over (partition by {{ keys }}) as cents_left,
        row_number() over (
            partition by {{ keys }} order by remainder desc, {{ units }} desc, {{ member }}
        ) as remainder_rank
    from (
        select
            totals.*,
            (amount_cents * unit_count) % total_units as remainder,
            {{ floor_of_division('amount_cents * unit_count', 'total_units') }} as whole_cents
        from (
            select
                {{ relation }}.*,
                cast(abs({{ amount }}) * 100 as decimal(38, 0)) as amount_cents,
                cast({{ units }} as decimal(38, 0)) as unit_count,
                cast(sum({{ units }}) over (partition by {{ keys }}) as decimal(38, 0)) as total_units
            from {{ relation }}
        ) as totals
    ) as whole
) as ranked
{%- endmacro %}
