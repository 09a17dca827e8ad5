{#- Create a view or replace it in place: it never goes missing, as dbt's rename swap lets it. An
    unchanged view is left alone, since replacing it waits for every reader that has it open. When
    columns went away or changed, it is dropped and made in the same transaction; the project's views
    over it go with it, and come back when their turn comes. A view of somebody else stops this.

    Then who may read it: bi_reader all of it except private columns. On Supabase also authenticated,
    but only what is aggregated; service_role everything; anon nothing. -#}
{% macro replace_view(view, sql, columns, private_columns) -%}
    {%- set name = view.include(database=false) -%}
    {#- Not adapter.create_schema, which commits what this transaction holds. -#}
    {%- if not is_pqr_run() -%}{%- do run_query("create schema if not exists " ~ view.schema) -%}{%- endif -%}
    {%- do run_query("create temporary view candidate as " ~ sql) -%}
    {%- set found = run_query(
        "select pg_get_viewdef(to_regclass('" ~ name ~ "')) = pg_get_viewdef('pg_temp.candidate'::regclass) as is_same, "
        "coalesce(columns_of_known <> columns_of_candidate[1:cardinality(columns_of_known)], false) as is_incompatible "
        "from (select "
        "(select array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attnum) "
        "from pg_attribute where attrelid = to_regclass('" ~ name ~ "') and attnum > 0) as columns_of_known, "
        "(select array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attnum) "
        "from pg_attribute where attrelid = 'pg_temp.candidate'::regclass and attnum > 0) as columns_of_candidate) as columns"
    ) -%}
    {%- do run_query("drop view pg_temp.candidate") -%}
    {%- if found.rows[0][1] -%}
        {#- The project's views that read this model, through other views as well: a chain is never
            longer than there are views. -#}
        {%- set dropped, ids = [name | string], [model.unique_id] -%}
        {%- set views = graph.nodes.values() | selectattr('config.materialized', 'eq', 'published_view') | list -%}
        {%- for _ in views -%}
            {%- for other in views if other.unique_id not in ids and other.depends_on.nodes | select('in', ids) | list -%}
                {%- do ids.append(other.unique_id) -%}
                {%- do dropped.append(other.schema ~ '.' ~ other.alias) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do run_query("drop view if exists " ~ dropped | join(", ")) -%}
    {%- endif -%}
    {%- if not found.rows[0][0] -%}
        {%- do run_query("create or replace view " ~ name ~ " as " ~ sql) -%}
    {%- endif -%}
    {%- set roles = run_query(
        "select rolname from pg_roles where rolname in ('bi_reader', 'anon', 'authenticated', 'service_role')"
    ).columns[0].values() if is_pqr_run() else [] -%}
    {%- set readable = columns | map(attribute='name') | reject('in', private_columns) | join('", "') -%}
    {%- set statements = ["revoke all on " ~ name ~ " from public"] -%}
    {%- if 'bi_reader' in roles and private_columns -%}
        {%- do statements.append("revoke select on " ~ name ~ " from bi_reader") -%}
        {%- do statements.append("grant select (\"" ~ readable ~ "\") on " ~ name ~ " to bi_reader") -%}
    {%- elif 'bi_reader' in roles -%}
        {%- do statements.append("grant select on " ~ name ~ " to bi_reader") -%}
    {%- endif -%}
    {%- if 'authenticated' in roles and view.schema == 'gold' -%}
        {%- do statements.append("grant select on " ~ name ~ " to authenticated") -%}
    {%- endif -%}
    {%- if 'service_role' in roles -%}
        {%- do statements.append("grant select on " ~ name ~ " to service_role") -%}
    {%- endif -%}
    {%- if 'anon' in roles -%}
        {%- do statements.append("revoke all on " ~ name ~ " from anon") -%}
    {%- endif -%}
    {%- do run_query(statements | join(";\n")) -%}
    {%- do record_relation(view) -%}
{%- endmacro %}

{#- Note in the control plane that the project made a table or view of PostgreSQL, and a view as what:
    once it is not declared any more, only what is noted, and is still that, is dropped. -#}
{% macro record_relation(relation) -%}
    {%- if is_pqr_run() -%}
        {%- do run_query(
            "insert into meta.served_relations (schema_name, relation_name, kind, definition_md5) "
            "select nspname, relname, '" ~ relation.type ~ "', "
            "case when relkind = 'v' then md5(pg_get_viewdef(pg_class.oid)) end "
            "from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace "
            "where pg_class.oid = '" ~ relation.include(database=false) ~ "'::regclass "
            "on conflict (schema_name, relation_name) do update "
            "set kind = excluded.kind, definition_md5 = excluded.definition_md5, is_declared = true"
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- The comments of a table or view and of its columns, as they are declared. -#}
{% macro describe_relation(relation, description, columns) -%}
    {%- set name = relation.include(database=false) -%}
    {%- set statements = [
        "comment on " ~ relation.type ~ " " ~ name ~ " is '" ~ description | trim | replace("'", "''") ~ "'"
    ] -%}
    {%- for column in columns -%}
        {%- do statements.append(
            "comment on column " ~ name ~ "." ~ adapter.quote(column.name) ~ " is '"
            ~ column.description | trim | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
    {%- do run_query(statements | join(';\n')) -%}
{%- endmacro %}
