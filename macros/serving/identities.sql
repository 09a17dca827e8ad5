{#- The tables of serving that hold a value once for all batches, and the columns that refer to them
    wherever they occur. A dataset itself cannot be referred to: its rows are those of a batch. -#}
{% macro identities() -%}
    {{ return([
        {'table': 'channel_ids', 'column': 'channel_id', 'type': 'text', 'dataset': 'dim_channel', 'columns': ['channel_id', 'source_channel', 'channel']},
        {'table': 'geo_ids', 'column': 'geo_id', 'type': 'text', 'dataset': 'dim_geo', 'columns': ['geo_id']},
        {'table': 'pqrs_type_ids', 'column': 'type_id', 'type': 'text', 'dataset': 'dim_pqrs_type', 'columns': ['type_id', 'pqrs_type']},
        {'table': 'priority_ids', 'column': 'priority_id', 'type': 'text', 'dataset': 'dim_priority', 'columns': ['priority_id', 'priority']},
        {'table': 'role_ids', 'column': 'role_id', 'type': 'text', 'dataset': 'dim_role', 'columns': ['role_id']},
        {'table': 'status_ids', 'column': 'status_id', 'type': 'text', 'dataset': 'dim_status', 'columns': ['status_id', 'status', 'status_from', 'status_to', 'current_status']},
        {'table': 'ticket_ids', 'column': 'ticket_id', 'type': 'uuid', 'dataset': 'tickets', 'columns': ['ticket_id']},
    ]) }}
{%- endmacro %}
