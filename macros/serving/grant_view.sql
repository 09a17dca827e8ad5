{#- Who may read a published view: bi_reader all of it except private columns; on Supabase
    authenticated as well where there is nothing private, service_role everything, anon nothing. -#}
{% macro grant_view(view, columns, private_columns) -%}
    {%- set name = view.include(database=false) -%}
    {%- set roles = run_query(
        "select rolname from pg_roles where rolname in ('bi_reader', 'anon', 'authenticated', 'service_role')"
    ).columns[0].values() -%}
    {%- set readable = columns | reject('in', private_columns) | join(', ') -%}
    {%- if is_pqr_run() -%}
        {%- for role in ['bi_reader', 'authenticated'] if role in roles -%}
            {%- if not private_columns -%}
                {%- do run_query("grant select on " ~ name ~ " to " ~ role) -%}
            {%- elif role == 'bi_reader' -%}
                {%- do run_query("revoke select on " ~ name ~ " from bi_reader") -%}
                {%- do run_query("grant select (" ~ readable ~ ") on " ~ name ~ " to bi_reader") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if 'service_role' in roles -%}
            {%- do run_query("grant select on " ~ name ~ " to service_role") -%}
        {%- endif -%}
        {%- if 'anon' in roles -%}
            {%- do run_query("revoke all on " ~ name ~ " from anon") -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
