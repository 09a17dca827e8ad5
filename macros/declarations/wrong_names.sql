{#- The names of a model or seed, and of its columns, that cannot be. Returns [(field, reason)]. -#}
{% macro wrong_names(node) -%}
    {%- set wrong, named = [], [('name', node.alias)] -%}
    {%- for name in node.columns -%}
        {%- do named.append(('columns.' ~ name, name)) -%}
    {%- endfor -%}
    {%- set reserved = reserved_words() -%}
    {%- for field, name in named -%}
        {%- if not modules.re.fullmatch('[a-z][a-z0-9_]*', name) -%}
            {%- do wrong.append((field, "'" ~ name ~ "' is not a valid name: use a to z (lower case), 0 to 9 and _, beginning with a letter")) -%}
        {%- elif name | length > 63 -%}
            {%- do wrong.append((field, "'" ~ name ~ "' has " ~ name | length ~ " characters, and PostgreSQL keeps 63 of a name: shorten it")) -%}
        {%- elif name in reserved -%}
            {%- do wrong.append((field, "'" ~ name ~ "' is a reserved word of DuckDB or PostgreSQL: rename it")) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- What serving adds to a table, or to the columns of its dataset. -#}
    {%- set is_served = node.config.materialized == 'served_table' -%}
    {%- set taken = graph.nodes[node.depends_on.nodes[0]].columns | list if is_served else [] -%}
    {%- for name in ['batch_id'] + taken if name in node.columns -%}
        {%- do wrong.append(('columns.' ~ name, "'" ~ name ~ "' is a column that the table has already: rename it")) -%}
    {%- endfor -%}
    {{ return(wrong) }}
{%- endmacro %}

{#- Words that DuckDB or PostgreSQL does not read as the name of a column without quotes: the reserved ones of
    both, and the names of PostgreSQL's own columns. A test compares them with what the engines say. -#}
{% macro reserved_words() -%}
    {{ return((
        'all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast '
        'check collate collation column columns concurrently constraint create cross current_catalog current_date '
        'current_role current_schema current_time current_timestamp current_user default deferrable desc describe '
        'distinct do else end except false fetch for foreign freeze from full generated glob grant group having '
        'ilike in initially inner intersect into is isnull join lambda lateral leading left like limit localtime '
        'localtimestamp map natural not notnull null offset on only or order outer overlaps pivot pivot_longer '
        'pivot_wider placing positional primary qualify references returning right select semi session_user show '
        'similar some struct summarize symmetric system_user table tablesample then to trailing true try_cast '
        'union unique unpack unpivot user using variadic verbose when where window with '
        'cmax cmin ctid tableoid xmax xmin'
    ).split()) }}
{%- endmacro %}
