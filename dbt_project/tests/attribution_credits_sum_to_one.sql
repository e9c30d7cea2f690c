-- I12: in every model the credits of a conversion sum to exactly 1 and its shares to exactly its margin.
select
    credits.attribution_model,
    credits.customer_key,
    sum(credits.credit) as credit,
    sum(credits.margin_amount) as shared_margin,
    max(conversions.margin_amount) as margin_amount
from {{ ref('attribution_credits') }} as credits
inner join {{ ref('int_conversions') }} as conversions on credits.customer_key = conversions.customer_key
group by credits.attribution_model, credits.customer_key
having sum(credits.credit) <> 1
    or sum(credits.margin_amount) <> max(conversions.margin_amount)
    or (sum(credits.margin_amount) is null) <> (max(conversions.margin_amount) is null)
union all
-- no conversion is left out of a model
select models.attribution_model, conversions.customer_key, 0, null, conversions.margin_amount
from {{ ref('int_conversions') }} as conversions
cross join (select distinct attribution_model from {{ ref('attribution_credits') }}) as models
left join {{ ref('attribution_credits') }} as credits
    on conversions.customer_key = credits.customer_key and models.attribution_model = credits.attribution_model
where credits.customer_key is null
