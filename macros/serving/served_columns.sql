{#- The columns of a serving model: the batch, then those that its dataset declares, then those that the
    serving model computes and describes itself. The one place that maps the lake's types.

    Returns [{name, quoted, type, description, is_required, is_computed}]; type is PostgreSQL's. -#}
{% macro served_columns(node) -%}
    {%- set parent = graph.nodes[node.depends_on.nodes[0]] -%}
    {%- set types = {
        'varchar': 'text', 'text': 'text', 'boolean': 'boolean', 'date': 'date', 'uuid': 'uuid', 'json': 'jsonb',
        'integer': 'integer', 'bigint': 'bigint', 'hugeint': 'numeric(38,0)', 'double': 'double precision',
        'decimal': 'numeric', 'timestamp with time zone': 'timestamptz', 'timestamptz': 'timestamptz'
    } -%}
    {%- set served_types = parent.config.meta.serving.get('types', {}) -%}
    {%- set required = ['batch_id'] + (parent.config.meta.grain or []) -%}
    {%- for test in graph.nodes.values() if test.resource_type == 'test' and test.attached_node == parent.unique_id
        and test.test_metadata.name == 'not_null' -%}
        {%- do required.append(test.column_name) -%}
    {%- endfor -%}
    {%- set columns = [] -%}
    {%- do columns.append({'name': 'batch_id', 'type': 'integer', 'description': 'Batch that landed the row.'}) -%}
    {%- for column in parent.columns.values() -%}
        {%- set declared = (column.data_type or parent.config.get('column_types', {}).get(column.name) or '') | lower -%}
        {%- set kind, _, size = declared.partition('(') -%}
        {%- if kind not in types -%}
            {{ declaration_error(parent, 'columns.' ~ column.name ~ '.data_type', "'" ~ declared ~ "' is not a type that PostgreSQL serves: use " ~ types | join(', ')) }}
        {%- endif -%}
        {%- for constraint in column.constraints or [] if constraint.type == 'not_null' -%}
            {%- do required.append(column.name) -%}
        {%- endfor -%}
        {%- do columns.append({
            'name': column.name,
            'type': served_types.get(column.name, types[kind] ~ ('(' ~ size if size else '')),
            'description': column.description,
        }) -%}
    {%- endfor -%}
    {%- for column in node.columns.values() -%}
        {%- do columns.append({
            'name': column.name, 'type': column.data_type, 'description': column.description, 'is_computed': true
        }) -%}
    {%- endfor -%}
    {%- for column in columns -%}
        {%- do column.update({'quoted': adapter.quote(column.name), 'is_required': column.name in required}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
