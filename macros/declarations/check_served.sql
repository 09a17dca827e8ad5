{#- As check_declarations(): what people are to see must be declared well enough to be served. -#}
{% macro check_served() -%}
    {%- if not execute or env_var('PQR_DECLARATIONS_PASSED', '') -%}{{ return('') }}{%- endif -%}
    {%- set served = {} -%}
    {%- for node in graph.nodes.values() if node.config.materialized == 'served_table' -%}
        {%- do served.update({node.depends_on.nodes[0]: node}) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.unique_id in served or node.config.get('meta', {}).get('serving') -%}
        {%- set serving = node.config.get('meta', {}).get('serving') -%}
        {%- if not serving or serving.get('schema') not in ('silver', 'gold') -%}
            {{ declaration_error(node, 'config.meta.serving.schema', "is missing: " ~ served[node.unique_id].name ~ " serves it; use silver or gold") }}
        {%- elif node.unique_id not in served -%}
            {{ declaration_error(node, 'config.meta.serving', "no model serves it: add dbt_project/models/serving/serving_" ~ node.alias ~ ("_daily" if node.alias.startswith("kpi_") else "") ~ ".sql with served('" ~ node.name ~ "')") }}
        {%- elif served[node.unique_id].alias not in (node.alias, node.alias ~ '_daily') -%}
            {{ declaration_error(served[node.unique_id], 'name', "must be serving_" ~ node.alias ~ " or serving_" ~ node.alias ~ "_daily: it serves " ~ node.name) }}
        {%- elif not node.config.meta.get('grain') -%}
            {{ declaration_error(node, 'config.meta.grain', "is missing: name the columns that identify a row") }}
        {%- elif serving.get('partitions', 'all') not in ('all', 'last') -%}
            {{ declaration_error(node, 'config.meta.serving.partitions', "'" ~ serving.partitions ~ "' is not a valid choice: use all or last") }}
        {%- endif -%}
        {%- set columns = ['batch_id'] + served_columns(served[node.unique_id]) | map(attribute='name') | list -%}
        {%- set named = [] -%}
        {%- for column in node.config.meta.grain -%}
            {%- do named.append(('config.meta.grain', column)) -%}
        {%- endfor -%}
        {%- for field in ('private_columns', 'hidden_columns', 'types') -%}
            {%- for column in serving.get(field, []) -%}
                {%- do named.append(('config.meta.serving.' ~ field, column)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for index in serving.get('indexes', []) -%}
            {%- for field in ('name', 'columns', 'serves') if not index.get(field) -%}
                {{ declaration_error(node, 'config.meta.serving.indexes.' ~ index.get('name', loop.index), field ~ " is missing") }}
            {%- endfor -%}
            {%- for column in index.columns + index.get('include', []) if modules.re.fullmatch('[a-z_][a-z0-9_]*', column) -%}
                {%- do named.append(('config.meta.serving.indexes.' ~ index.name, column)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for field, column in named if column not in columns -%}
            {{ declaration_error(node, field, "'" ~ column ~ "' is not a column of " ~ node.name) }}
        {%- endfor -%}
        {%- for field, name in names_in_postgresql(node, served[node.unique_id], columns) if name | length > 63 -%}
            {{ declaration_error(node, field, "PostgreSQL keeps 63 characters of a name, and '" ~ name ~ "', which is made of it, has " ~ name | length ~ ": shorten it by " ~ (name | length - 63)) }}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- The names that PostgreSQL gets of a dataset, as served_table and add_serving_keys() make them. One that is
    too long is cut in silence: a key then has the name of its table, or of another key, and an index that has
    the name of another one is not made. Returns [(field, name)], the longest of the model's name alone. -#}
{% macro names_in_postgresql(dataset, served, columns) -%}
    {%- set made = [served.alias ~ '_batch_id_fk'] -%}
    {%- for identity in identities() -%}
        {%- for column in identity.columns if column in columns -%}
            {%- do made.append(served.alias ~ '_' ~ column ~ '_fk') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set longest = namespace(name='') -%}
    {%- for name in made if name | length > longest.name | length -%}
        {%- set longest.name = name -%}
    {%- endfor -%}
    {%- set names = [('name', longest.name)] -%}
    {%- for index in dataset.config.meta.serving.get('indexes', []) -%}
        {%- do names.append(('config.meta.serving.indexes.' ~ index.name, served.alias ~ '_' ~ index.name)) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
