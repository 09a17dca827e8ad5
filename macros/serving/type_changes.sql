{#- The columns of a serving table whose type is not the declared one, with PostgreSQL's own names of
    both types: a temporary table knows how it spells what is declared.

    Returns [{name, quoted, number, old, new}]; none of a table that does not exist yet. -#}
{% macro type_changes(table, columns) -%}
    {%- set declared = [] -%}
    {%- for column in columns -%}
        {%- do declared.append(column.quoted ~ " " ~ column.type) -%}
    {%- endfor -%}
    {%- do run_query("create temporary table declared_types (" ~ declared | join(", ") ~ ")") -%}
    {%- set found = run_query(
        "select known.attname, known.attnum, format_type(known.atttypid, known.atttypmod), "
        "format_type(declared.atttypid, declared.atttypmod) "
        "from pg_attribute as known inner join pg_attribute as declared on known.attname = declared.attname "
        "where known.attrelid = to_regclass('" ~ table.include(database=false) ~ "') and known.attnum > 0 "
        "and declared.attrelid = 'pg_temp.declared_types'::regclass "
        "and (known.atttypid, known.atttypmod) <> (declared.atttypid, declared.atttypmod) order by known.attnum"
    ) -%}
    {%- do run_query("drop table pg_temp.declared_types") -%}
    {%- set changes = [] -%}
    {%- for row in found.rows -%}
        {%- do changes.append({
            'name': row[0], 'quoted': adapter.quote(row[0]), 'number': row[1] | int, 'old': row[2], 'new': row[3]
        }) -%}
    {%- endfor -%}
    {{ return(changes) }}
{%- endmacro %}
