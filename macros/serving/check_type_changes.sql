{#- Before a run of pqr declares anything: every served column whose declared type is not that of its
    table must be able to change, with the rows that kept publications show. All tables are asked before
    the first one changes, so that a refusal leaves everything as people see it. -#}
{% macro check_type_changes() -%}
    {%- if not execute or target.type != 'postgres' or not is_pqr_run() or flags.WHICH not in ('build', 'run')
        or env_var('PQR_ROWS_ALONE', '') == 'true' -%}
        {{ return('') }}
    {%- endif -%}
    {%- for node in graph.nodes.values() if node.config.materialized == 'served_table' -%}
        {%- set dataset = graph.nodes[node.depends_on.nodes[0]] -%}
        {%- set table = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) -%}
        {%- set changes = type_changes(table, served_columns(node)) -%}
        {%- for change in changes -%}
            {%- set reason = type_refusal(table, dataset, change) -%}
            {%- if reason -%}
                {%- set owner = dataset if change.name in dataset.columns else node -%}
                {{ declaration_error(owner, 'columns.' ~ change.name ~ '.data_type',
                    table.schema ~ "." ~ table.identifier ~ " has " ~ change.old ~ " and cannot turn it into "
                    ~ change.new ~ ": " ~ reason) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
