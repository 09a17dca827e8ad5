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
