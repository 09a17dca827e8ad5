{#- What a declaration lacks, and what it names that is not there. Every model of silver and gold says its
    grain; one that others may read is a dataset of the lake, and says how its files are cut and which of
    them a run writes. Returns [(field, reason)]. -#}
{% macro wrong_references(node) -%}
    {%- set meta = node.config.get('meta', {}) -%}
    {%- set wrong = [] -%}
    {%- set is_lake = node.resource_type == 'model' and node.schema in ('silver', 'gold') and 'serving' not in node.tags -%}
    {%- set is_dataset = is_lake and (node.access != 'private' or meta.partition or meta.serving) -%}
    {%- if (is_lake or meta.serving) and not meta.grain -%}
        {%- do wrong.append(('config.meta.grain', "is missing: list the columns that identify a row")) -%}
    {%- endif -%}
    {%- for field in (['partition', 'touched'] if is_dataset else []) if not meta.get(field) -%}
        {%- do wrong.append(('config.meta.' ~ field, "is missing: say how its files are cut, and which of them a run writes")) -%}
    {%- endfor -%}
    {%- set named = {'partition': [meta.partition] if meta.partition else []} -%}
    {%- for field in ('grain', 'order', 'grid', 'private_columns') -%}
        {%- do named.update({field: meta.get(field) or []}) -%}
    {%- endfor -%}
    {%- for field, columns in named.items() -%}
        {%- for column in columns if column not in node.columns -%}
            {%- do wrong.append(('config.meta.' ~ field, "'" ~ column ~ "' is not a column: use " ~ node.columns | join(', '))) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(wrong + (wrong_partition(node) if meta.touched else []) + (wrong_grid(node) if meta.grid else [])) }}
{%- endmacro %}

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

{#- The members of a grid that are neither values nor a column of a reference list that is served: the grid
    is counted in PostgreSQL, too. Returns [(field, reason)]. -#}
{% macro wrong_grid(node) -%}
    {%- set grid = node.config.get('meta', {}).get('grid') or {} -%}
    {%- set wrong, lists = [], {} -%}
    {%- for list in graph.nodes.values() if grid and list.resource_type == 'seed' and list.config.meta.get('serving') -%}
        {%- do lists.update({list.name: list.columns}) -%}
    {%- endfor -%}
    {%- if grid and 'day' not in node.columns -%}
        {%- do wrong.append(('config.meta.grid', "is of a day, and the model has no column day")) -%}
    {%- endif -%}
    {%- for column, members in grid.items() -%}
        {%- set reason = namespace(text='') -%}
        {%- if members is string -%}
            {%- set name, _, key = members.partition('.') -%}
            {%- if name not in lists -%}
                {%- set reason.text = "'" ~ name ~ "' is not a reference list that is served: use " ~ lists | sort | join(', ') -%}
            {%- elif not key -%}
                {%- set reason.text = "'" ~ name ~ "' lacks its column: write " ~ name ~ ".COLUMN with one of " ~ lists[name] | join(', ') -%}
            {%- elif key not in lists[name] -%}
                {%- set reason.text = "'" ~ key ~ "' is not a column of " ~ name ~ ": use " ~ lists[name] | join(', ') -%}
            {%- endif -%}
        {%- elif members is mapping or members is not sequence or not members -%}
            {%- set reason.text = "'" ~ members ~ "' is neither LIST.COLUMN, such as dim_geo.geo_id, nor a list of values" -%}
        {%- else -%}
            {%- for member in members if not (member is string or member is number) or member is boolean -%}
                {%- set reason.text = "'" ~ member ~ "' is neither a text nor a number" -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if reason.text -%}
            {%- do wrong.append(('config.meta.grid.' ~ column, reason.text)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(wrong) }}
{%- endmacro %}
