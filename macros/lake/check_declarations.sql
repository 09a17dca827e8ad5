{#- Raises one error with a line for every declaration that is missing or names what is not there: file,
    model, field. Every model of silver and gold says its grain; one that others may read is a dataset
    of the lake, and says how its files are cut and which of them a run writes. -#}
{% macro check_declarations() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set touched = ['days', 'events', 'month_ends', 'quarter_ends', 'semester_ends', 'tickets'] -%}
    {%- set wrong = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed') -%}
        {%- set meta = node.config.get('meta', {}) -%}
        {%- set is_lake = node.resource_type == 'model' and node.schema in ('silver', 'gold') and 'serving' not in node.tags -%}
        {%- set is_dataset = is_lake and (node.access != 'private' or meta.partition or meta.serving) -%}
        {%- set place = (node.patch_path or node.original_file_path).split('://')[-1] ~ ": " ~ node.name ~ ": " -%}
        {%- if is_lake or meta.serving -%}
            {%- if not meta.grain -%}
                {%- do wrong.append(place ~ "config.meta.grain is missing: list the columns that identify a row") -%}
            {%- endif -%}
            {%- for field in (['partition', 'touched'] if is_dataset else []) if not meta.get(field) -%}
                {%- do wrong.append(place ~ "config.meta." ~ field ~ " is missing") -%}
            {%- endfor -%}
            {%- if meta.touched and meta.touched not in touched -%}
                {%- do wrong.append(place ~ "config.meta.touched is " ~ meta.touched ~ "; use one of " ~ touched | join(", ")) -%}
            {%- endif -%}
            {%- for field in ('grain', 'order', 'grid') -%}
                {%- for column in (meta.get(field) or []) if column not in node.columns -%}
                    {%- do wrong.append(place ~ "config.meta." ~ field ~ " names " ~ column ~ ", which is not a column") -%}
                {%- endfor -%}
            {%- endfor -%}
            {%- if meta.partition and meta.partition not in node.columns -%}
                {%- do wrong.append(place ~ "config.meta.partition names " ~ meta.partition ~ ", which is not a column") -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if wrong -%}
        {{ exceptions.raise_compiler_error("Declarations are incomplete:\n" ~ wrong | join("\n")) }}
    {%- endif -%}
{%- endmacro %}
