{#- Why a run would write no file of a dataset: `touched` names what its layer does not list, or lists
    values that its partition cannot have. Returns [(field, reason)]. -#}
{% macro wrong_partition(node) -%}
    {%- set meta = node.config.get('meta', {}) -%}
    {%- set touched = {
        'silver': ['events', 'tickets'], 'gold': ['days', 'month_ends', 'quarter_ends', 'semester_ends']
    }.get(node.schema, []) -%}
    {%- set column = node.columns.get(meta.partition) -%}
    {%- if meta.touched and meta.touched not in touched -%}
        {{ return([(
            'config.meta.touched', "'" ~ meta.touched ~ "' is not known in " ~ node.schema ~ ": use one of " ~ touched | join(', ')
        )]) }}
    {%- elif column and meta.touched and meta.touched != 'tickets' and column.data_type != 'date' -%}
        {{ return([(
            'config.meta.partition', "'" ~ meta.partition ~ "' is of type " ~ column.data_type ~ ", and touched: " ~ meta.touched
            ~ " lists days: use a column of type date"
        )]) }}
    {%- elif column and not modules.re.fullmatch('[a-z][a-z_]{0,30}', meta.partition) -%}
        {{ return([(
            'config.meta.partition', "'" ~ meta.partition ~ "' cannot be part of a key: use up to 31 characters, a to z and _"
        )]) }}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}
