{#- The views that read columns of a table, through other views as well: PostgreSQL changes no type
    under them. In the order of their names, so that two models never wait for each other.

    Returns [{name, is_own}]; is_own: the project declares it, or has made it. -#}
{% macro views_over(table, changes) -%}
    {%- set own = run_query("select schema_name || '.' || relation_name from meta.served_relations").columns[0].values() | list -%}
    {%- do own.extend(declared_relations()) -%}
    {%- set found = run_query(
        "with recursive reading as ("
        "select ev_class from pg_depend inner join pg_rewrite on pg_rewrite.oid = objid "
        "where classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass "
        "and refobjid = '" ~ table.include(database=false) ~ "'::regclass "
        "and refobjsubid in (" ~ changes | map(attribute='number') | join(", ") ~ ") union "
        "select pg_rewrite.ev_class from reading inner join pg_depend on refobjid = reading.ev_class "
        "inner join pg_rewrite on pg_rewrite.oid = objid "
        "where classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass) "
        "select nspname || '.' || relname from reading inner join pg_class on pg_class.oid = ev_class "
        "inner join pg_namespace on pg_namespace.oid = relnamespace order by 1"
    ) -%}
    {%- set views = [] -%}
    {%- for name in found.columns[0].values() -%}
        {%- do views.append({'name': name, 'is_own': name in own}) -%}
    {%- endfor -%}
    {{ return(views) }}
{%- endmacro %}
