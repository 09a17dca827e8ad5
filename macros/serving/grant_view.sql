{#- Who may read a published view: bi_reader all of it except private columns. On Supabase also
    authenticated, but only what is aggregated; service_role everything; anon nothing. -#}
{% macro grant_view(view, columns, private_columns) -%}
    {%- set name = view.include(database=false) -%}
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
{%- endmacro %}
