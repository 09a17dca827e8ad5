{#- Where a declared value is not of the kind of its example, see known_keys(). Calls itself for maps and
    lists alone: a call of dbt takes a tenth of a millisecond, and there are many. Returns [(field, reason)]. -#}
{% macro wrong_values(value, example, field) -%}
    {%- set wrong = [] -%}
    {%- if example is mapping and value is mapping -%}
        {%- for key, member in value.items() -%}
            {%- set wanted = example[key] if key in example else example['*'] -%}
            {%- if key not in example and '*' not in example -%}
                {%- set nearest = nearest_key(key | string, example) -%}
                {%- do wrong.append((
                    field ~ '.' ~ key,
                    "is not a known key" ~ (", perhaps " ~ nearest if nearest else "") ~ ": use " ~ (example | join(', ') or "none here")
                )) -%}
            {%- elif not (wanted is none or wanted is string and member is string or wanted is boolean and member is boolean) -%}
                {%- do wrong.extend(wrong_values(member, wanted, field ~ '.' ~ key)) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- elif example is mapping -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a map: write it as {key: value}")) -%}
    {%- elif example is string -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a text: write one name")) -%}
    {%- elif example is boolean -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a choice: use true or false")) -%}
    {%- elif value is string or value is mapping or value is not sequence -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a list: write it as [one, other]")) -%}
    {%- else -%}
        {%- for member in value if not (example[0] is string and member is string) -%}
            {%- set name = member.get('name', loop.index) if member is mapping else loop.index -%}
            {%- do wrong.extend(wrong_values(member, example[0], field ~ '.' ~ name)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(wrong) }}
{%- endmacro %}
