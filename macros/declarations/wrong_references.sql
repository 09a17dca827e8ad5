{#- What a declaration lacks, and what it names that is not there. Every model of silver and gold says its
    grain; one that others may read is a dataset of the lake, and says how its files are cut and which of
    them a run writes. Returns [(field, reason)]. -#}
{% macro wrong_references(node) -%}
    {%- set meta = node.config.get('meta', {}) -%}
    {%- set wrong = [] -%}
    {%- set is_lake = node.resource_type == 'model' and node.schema in ('silver', 'gold') and 'serving' not in node.tags -%}
    {%- set is_dataset = is_lake and (node.access != 'private' or meta.partition or meta.serving) -%}
    {%- if (is_lake or meta.serving) and not meta.grain -%}
        {%- do wrong.append(('config.meta.grain', "is missing: list the columns that identify a row")) -%}
    {%- endif -%}
    {%- for field in (['partition', 'touched'] if is_dataset else []) if not meta.get(field) -%}
        {%- do wrong.append(('config.meta.' ~ field, "is missing: say how its files are cut, and which of them a run writes")) -%}
    {%- endfor -%}
    {%- set named = {'partition': [meta.partition] if meta.partition else []} -%}
    {%- for field in ('grain', 'order', 'grid', 'private_columns') -%}
        {%- do named.update({field: meta.get(field) or []}) -%}
    {%- endfor -%}
    {%- for field, columns in named.items() -%}
        {%- for column in columns if column not in node.columns -%}
            {%- do wrong.append(('config.meta.' ~ field, "'" ~ column ~ "' is not a column: use " ~ node.columns | join(', '))) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(wrong + (wrong_partition(node) if meta.touched else []) + (wrong_grid(node) if meta.grid else [])) }}
{%- endmacro %}
