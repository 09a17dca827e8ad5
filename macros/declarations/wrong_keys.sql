{#- The keys of config.meta that nobody reads, and values of another kind. Returns [(field, reason)]. -#}
{% macro wrong_keys(node) -%}
    {%- set known = known_keys(node) -%}
    {%- set wrong = wrong_values(node.config.get('meta', {}), known, 'config.meta') -%}
    {%- for key in known if key in node.config -%}
        {%- do wrong.append(('config.' ~ key, "stands too high: write it under config.meta")) -%}
    {%- endfor -%}
    {%- for column in node.columns.values() if column.meta -%}
        {%- do wrong.extend(wrong_values(column.meta, {}, 'columns.' ~ column.name ~ '.meta')) -%}
    {%- endfor -%}
    {{ return(wrong) }}
{%- endmacro %}

{#- The keys that config.meta may have, each with a value of its kind: a text, a flag, a list or a map. The
    key '*' stands for any, and none for any value. See docs/how-to/add-a-kpi.md. -#}
{% macro known_keys(node) -%}
    {%- set dataset = {
        'grain': [''], 'order': [''], 'partition': '', 'touched': '', 'grid': {'*': none}, 'grid_grows': true,
        'serving': {
            'schema': '',
            'indexes': [{'name': '', 'columns': [''], 'include': [''], 'using': '', 'where': '', 'serves': ''}],
            'private_columns': [''], 'hidden_columns': [''], 'has_row_security': true, 'partitions': '',
            'types': {'*': ''},
        },
    } -%}
    {%- if node.resource_type == 'test' -%}
        {{ return({'check_name': '', 'dataset': '', 'serving': true}) }}
    {%- elif node.resource_type == 'seed' -%}
        {{ return({'grain': dataset.grain, 'serving': dataset.serving}) }}
    {%- elif node.config.materialized == 'served_table' -%}
        {{ return({}) }}
    {%- elif node.config.materialized == 'published_view' -%}
        {{ return({'private_columns': ['']}) }}
    {%- endif -%}
    {{ return(dataset) }}
{%- endmacro %}

{#- Where a declared value is not of the kind of its example, see known_keys(). Calls itself for maps and
    lists alone: a call of dbt takes a tenth of a millisecond, and there are many. Returns [(field, reason)]. -#}
{% macro wrong_values(value, example, field) -%}
    {%- set wrong = [] -%}
    {%- if example is mapping and value is mapping -%}
        {%- for key, member in value.items() -%}
            {%- set wanted = example[key] if key in example else example['*'] -%}
            {%- if key not in example and '*' not in example -%}
                {%- set nearest = nearest_key(key | string, example) -%}
                {%- do wrong.append((
                    field ~ '.' ~ key,
                    "is not a known key" ~ (", perhaps " ~ nearest if nearest else "") ~ ": use " ~ (example | join(', ') or "none here")
                )) -%}
            {%- elif not (wanted is none or wanted is string and member is string or wanted is boolean and member is boolean) -%}
                {%- do wrong.extend(wrong_values(member, wanted, field ~ '.' ~ key)) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- elif example is mapping -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a map: write it as {key: value}")) -%}
    {%- elif example is string -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a text: write one name")) -%}
    {%- elif example is boolean -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a choice: use true or false")) -%}
    {%- elif value is string or value is mapping or value is not sequence -%}
        {%- do wrong.append((field, "'" ~ value ~ "' is not a list: write it as [one, other]")) -%}
    {%- else -%}
        {%- for member in value if not (example[0] is string and member is string) -%}
            {%- set name = member.get('name', loop.index) if member is mapping else loop.index -%}
            {%- do wrong.extend(wrong_values(member, example[0], field ~ '.' ~ name)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(wrong) }}
{%- endmacro %}

{#- The known key whose letters are those of a misspelt one, up to two; none if there is no such key. -#}
{% macro nearest_key(word, known) -%}
    {%- set nearest = namespace(key=none, distance=3) -%}
    {%- for key in known -%}
        {%- set found = namespace(distance=0) -%}
        {%- for letter in (word | lower ~ key) | list | unique -%}
            {%- set found.distance = found.distance + ((word | lower).count(letter) - key.count(letter)) | abs -%}
        {%- endfor -%}
        {%- if found.distance < nearest.distance -%}
            {%- set nearest.key, nearest.distance = key, found.distance -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(nearest.key) }}
{%- endmacro %}
