{#- The members of a grid that are neither values nor a column of a reference list that is served: the grid
    is counted in PostgreSQL, too. Returns [(field, reason)]. -#}
{% macro wrong_grid(node) -%}
    {%- set grid = node.config.get('meta', {}).get('grid') or {} -%}
    {%- set wrong, lists = [], {} -%}
    {%- for list in graph.nodes.values() if grid and list.resource_type == 'seed' and list.config.meta.get('serving') -%}
        {%- do lists.update({list.name: list.columns}) -%}
    {%- endfor -%}
    {%- if grid and 'day' not in node.columns -%}
        {%- do wrong.append(('config.meta.grid', "is of a day, and the model has no column day")) -%}
    {%- endif -%}
    {%- for column, members in grid.items() -%}
        {%- set reason = namespace(text='') -%}
        {%- if members is string -%}
            {%- set name, _, key = members.partition('.') -%}
            {%- if name not in lists -%}
                {%- set reason.text = "'" ~ name ~ "' is not a reference list that is served: use " ~ lists | sort | join(', ') -%}
            {%- elif not key -%}
                {%- set reason.text = "'" ~ name ~ "' lacks its column: write " ~ name ~ ".COLUMN with one of " ~ lists[name] | join(', ') -%}
            {%- elif key not in lists[name] -%}
                {%- set reason.text = "'" ~ key ~ "' is not a column of " ~ name ~ ": use " ~ lists[name] | join(', ') -%}
            {%- endif -%}
        {%- elif members is mapping or members is not sequence or not members -%}
            {%- set reason.text = "'" ~ members ~ "' is neither LIST.COLUMN, such as dim_geo.geo_id, nor a list of values" -%}
        {%- else -%}
            {%- for member in members if not (member is string or member is number) or member is boolean -%}
                {%- set reason.text = "'" ~ member ~ "' is neither a text nor a number" -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if reason.text -%}
            {%- do wrong.append(('config.meta.grid.' ~ column, reason.text)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(wrong) }}
{%- endmacro %}
