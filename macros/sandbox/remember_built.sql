{#- After a build in the sandbox: what ended well counts as an input of later ones. What has no rows
    because of --empty never does. -#}
{% macro remember_built(results) -%}
    {%- if is_sandbox_build() and not flags.EMPTY -%}
        {%- for result in results if result.status == 'success' and result.node.resource_type in ('model', 'seed') -%}
            {%- do run_query(
                "update sandbox_tables set built_at = now() where name = '" ~ result.node.schema ~ "." ~ result.node.alias ~ "'"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
