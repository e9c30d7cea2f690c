{#- The only file that knows which engine runs. default__ is DuckDB. Times are UTC timestamps without zone. -#}

{#- The business day (DATE) of a UTC timestamp in the time zone `time_zone` (an expression). -#}
{% macro business_date(ts, time_zone) %}{{ adapter.dispatch('business_date', 'customer_metrics')(ts, time_zone) }}{% endmacro %}
{% macro default__business_date(ts, time_zone) %}cast(({{ ts }} at time zone 'UTC') at time zone {{ time_zone }} as date){% endmacro %}
{% macro spark__business_date(ts, time_zone) %}cast(from_utc_timestamp({{ ts }}, {{ time_zone }}) as date){% endmacro %}

{#- The local wall-clock TIMESTAMP of a UTC timestamp. -#}
{% macro business_timestamp(ts, time_zone) %}{{ adapter.dispatch('business_timestamp', 'customer_metrics')(ts, time_zone) }}{% endmacro %}
{% macro default__business_timestamp(ts, time_zone) %}(({{ ts }} at time zone 'UTC') at time zone {{ time_zone }}){% endmacro %}
{% macro spark__business_timestamp(ts, time_zone) %}from_utc_timestamp({{ ts }}, {{ time_zone }}){% endmacro %}

{#- Whole days from date `a` to date `b` (BIGINT). -#}
{% macro days_between(a, b) %}{{ adapter.dispatch('days_between', 'customer_metrics')(a, b) }}{% endmacro %}
{% macro default__days_between(a, b) %}cast(date_diff('day', {{ a }}, {{ b }}) as bigint){% endmacro %}
{% macro spark__days_between(a, b) %}cast(datediff({{ b }}, {{ a }}) as bigint){% endmacro %}

{#- Calendar months from the month of `a` to the month of `b` (BIGINT). -#}
{% macro months_between_starts(a, b) -%}
cast((extract(year from {{ b }}) - extract(year from {{ a }})) * 12 + extract(month from {{ b }}) - extract(month from {{ a }}) as bigint)
{%- endmacro %}

{% macro add_days(day, n) %}{{ adapter.dispatch('add_days', 'customer_metrics')(day, n) }}{% endmacro %}
{% macro default__add_days(day, n) %}cast({{ day }} + cast({{ n }} as integer) as date){% endmacro %}
{% macro spark__add_days(day, n) %}date_add({{ day }}, cast({{ n }} as int)){% endmacro %}

{% macro add_months(day, n) %}{{ adapter.dispatch('add_months', 'customer_metrics')(day, n) }}{% endmacro %}
{% macro default__add_months(day, n) %}cast({{ day }} + to_months(cast({{ n }} as integer)) as date){% endmacro %}
{% macro spark__add_months(day, n) %}add_months({{ day }}, cast({{ n }} as int)){% endmacro %}

{#- A UTC timestamp `n` seconds later. -#}
{% macro add_seconds(ts, n) %}{{ adapter.dispatch('add_seconds', 'customer_metrics')(ts, n) }}{% endmacro %}
{% macro default__add_seconds(ts, n) %}({{ ts }} + to_seconds({{ n }})){% endmacro %}
{% macro spark__add_seconds(ts, n) %}timestampadd(second, {{ n }}, {{ ts }}){% endmacro %}

{#- First day of the period (grain: day, week, month, quarter, year) that holds `day`. Weeks begin on Monday. -#}
{% macro period_start(grain, day) %}cast(date_trunc('{{ grain }}', {{ day }}) as date){% endmacro %}
{% macro month_start(day) %}{{ period_start('month', day) }}{% endmacro %}
{% macro last_day(day) %}last_day({{ day }}){% endmacro %}

{#- Monday is 1, Sunday is 7 (BIGINT). -#}
{% macro iso_weekday(day) %}{{ adapter.dispatch('iso_weekday', 'customer_metrics')(day) }}{% endmacro %}
{% macro default__iso_weekday(day) %}cast(isodow({{ day }}) as bigint){% endmacro %}
{% macro spark__iso_weekday(day) %}cast(weekday({{ day }}) + 1 as bigint){% endmacro %}

{#- Seconds from timestamp `a` to timestamp `b` (DOUBLE); never dbt's datediff, which counts boundaries. -#}
{% macro seconds_between(a, b) %}{{ adapter.dispatch('seconds_between', 'customer_metrics')(a, b) }}{% endmacro %}
{% macro default__seconds_between(a, b) %}(epoch({{ b }}) - epoch({{ a }})){% endmacro %}
{% macro spark__seconds_between(a, b) %}cast(unix_micros({{ b }}) - unix_micros({{ a }}) as double) / 1000000{% endmacro %}

{#- Relation body with one DATE column date_day from `first` to `last` inclusive (scalar expressions over `relation`). -#}
{% macro date_series(first, last, relation) %}{{ adapter.dispatch('date_series', 'customer_metrics')(first, last, relation) }}{% endmacro %}
{% macro default__date_series(first, last, relation) -%}
select cast(unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), to_days(1))) as date) as date_day from {{ relation }}
{%- endmacro %}
{% macro spark__date_series(first, last, relation) -%}
select explode(sequence({{ first }}, {{ last }}, interval 1 day)) as date_day from {{ relation }}
{%- endmacro %}

{#- Median as DOUBLE: a median of decimals is cut off on DuckDB. -#}
{% macro median_of(x) %}{{ adapter.dispatch('median_of', 'customer_metrics')(x) }}{% endmacro %}
{% macro default__median_of(x) %}median(cast({{ x }} as double)){% endmacro %}
{% macro spark__median_of(x) %}percentile(cast({{ x }} as double), 0.5){% endmacro %}

{#- Value below which a share of all values lies, interpolated between neighbours (DOUBLE). -#}
{% macro percentile_of(x, share) %}{{ adapter.dispatch('percentile_of', 'customer_metrics')(x, share) }}{% endmacro %}
{% macro default__percentile_of(x, share) %}quantile_cont(cast({{ x }} as double), {{ share }}){% endmacro %}
{% macro spark__percentile_of(x, share) %}percentile(cast({{ x }} as double), {{ share }}){% endmacro %}

{#- Text value of a top-level key of a JSON text column. -#}
{% macro json_text(column, key) %}{{ adapter.dispatch('json_text', 'customer_metrics')(column, key) }}{% endmacro %}
{% macro default__json_text(column, key) %}json_extract_string({{ column }}, '$.{{ key }}'){% endmacro %}
{% macro spark__json_text(column, key) %}get_json_object({{ column }}, '$.{{ key }}'){% endmacro %}

{#- Body of a select over Parquet files (absolute paths). -#}
{% macro parquet_files(paths) %}{{ adapter.dispatch('parquet_files', 'customer_metrics')(paths) }}{% endmacro %}
{% macro default__parquet_files(paths) -%}
read_parquet([
    {%- for path in paths %}'{{ path | replace("'", "''") }}'{{ ', ' if not loop.last }}{% endfor -%}
], hive_partitioning = false, union_by_name = true)
{%- endmacro %}
{#- one scan of all files, however many: Hadoop's braces stand for alternatives -#}
{% macro spark__parquet_files(paths) -%}
    {%- if paths | length == 1 -%}parquet.`{{ paths[0] }}`
    {%- else -%}parquet.`/{% raw %}{{% endraw %}{% for path in paths %}{{ path[1:] }}{{ ',' if not loop.last }}{% endfor %}{% raw %}}{% endraw %}`
    {%- endif -%}
{%- endmacro %}

{#- Query that returns the whole text of one file as a single value. -#}
{% macro file_text_query(path) %}{{ adapter.dispatch('file_text_query', 'customer_metrics')(path) }}{% endmacro %}
{% macro default__file_text_query(path) %}select content from read_text('{{ path | replace("'", "''") }}'){% endmacro %}
{% macro spark__file_text_query(path) %}select value from text.`{{ path }}`{% endmacro %}

{#- A text that tells two sets of rows apart, whatever their order. -#}
{% macro fingerprint_of(columns) %}{{ adapter.dispatch('fingerprint_of', 'customer_metrics')(columns) }}{% endmacro %}
{% macro default__fingerprint_of(columns) %}cast(count(*) as varchar) || ':' || cast(coalesce(bit_xor(hash({{ columns | join(', ') }})), 0) as varchar){% endmacro %}
{% macro spark__fingerprint_of(columns) %}concat(count(*), ':', coalesce(bit_xor(xxhash64({{ columns | join(', ') }})), 0)){% endmacro %}
