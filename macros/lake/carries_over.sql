{#- True when this build of silver computes the cases of its run alone, and takes the rows of all
    others as they are committed. pqr decides: orchestration/transform/carrying.py says when. -#}
{% macro carries_over() -%}
    {{ return(env_var('PQR_CARRIES_OVER', '') == 'true') }}
{%- endmacro %}
