{#- Condition on a column of ticket_ids: whether the case is one of those that this invocation builds.
    A large silver is built in buckets of cases; see orchestration/transform/buckets.py. Cases that hold
    copies of one event are linked: all of them lie in the bucket of one, their lead, which the file of
    PQR_LINKED_CASES names. -#}
{% macro in_bucket(ticket_id) -%}
    {%- set bucket, buckets = env_var('PQR_CASE_BUCKET', '0') | int, env_var('PQR_CASE_BUCKETS', '1') | int -%}
    {%- set case = "cast(" ~ ticket_id ~ " as uuid)" -%}
    {%- set file = env_var('PQR_LINKED_CASES', '') | replace("'", "''") -%}
    {%- set linked = "select ticket_id from read_csv('" ~ file ~ "', types = {'ticket_id': 'UUID', 'lead': 'UUID'})" -%}
    {%- if buckets == 1 -%}
        true
    {%- elif file -%}
        if({{ case }} in ({{ linked }}), {{ case }} in ({{ linked }} where hash(lead) % {{ buckets }} = {{ bucket }}), hash({{ case }}) % {{ buckets }} = {{ bucket }})
    {%- else -%}
        hash({{ case }}) % {{ buckets }} = {{ bucket }}
    {%- endif -%}
{%- endmacro %}
