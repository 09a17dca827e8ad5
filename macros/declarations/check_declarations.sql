{#- Before every invocation: raises one error with a line for every declaration that is missing, unknown or
    names what is not there: file, model, field, and the way out. What is declared and not understood would
    be left out in silence, or end in an error of SQL when layers before it are committed. -#}
{% macro check_declarations() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set wrong = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- set found = [] -%}
        {%- if node.resource_type in ('model', 'seed') -%}
            {#- A key that is not known is the cause of what is missing. -#}
            {%- set found = wrong_names(node) + (wrong_keys(node) or wrong_references(node)) -%}
        {%- elif node.resource_type == 'test' and (node.config.meta or node.attached_node and node.test_metadata.name in ('every_day_has_its_grid', 'grain_is_unique')) -%}
            {%- set found = wrong_test(node) -%}
        {%- endif -%}
        {%- for field, reason in found -%}
            {%- do wrong.append((node.patch_path or node.original_file_path).split('://')[-1] ~ ": " ~ node.name ~ ": " ~ field ~ ": " ~ reason) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do wrong.extend(wrong_files()) -%}
    {%- if wrong -%}
        {{ exceptions.raise_compiler_error("Wrong declarations (" ~ wrong | length ~ "):\n" ~ wrong | join("\n")) }}
    {%- endif -%}
{%- endmacro %}

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

{#- The names of a model or seed, and of its columns, that cannot be. Returns [(field, reason)]. -#}
{% macro wrong_names(node) -%}
    {%- set wrong, named = [], [('name', node.alias)] -%}
    {%- for name in node.columns -%}
        {%- do named.append(('columns.' ~ name, name)) -%}
    {%- endfor -%}
    {%- set reserved = reserved_words() -%}
    {%- for field, name in named -%}
        {%- if not modules.re.fullmatch('[a-z][a-z0-9_]*', name) -%}
            {%- do wrong.append((field, "'" ~ name ~ "' is not a valid name: use a to z (lower case), 0 to 9 and _, beginning with a letter")) -%}
        {%- elif name | length > 63 -%}
            {%- do wrong.append((field, "'" ~ name ~ "' has " ~ name | length ~ " characters, and PostgreSQL keeps 63 of a name: shorten it")) -%}
        {%- elif name in reserved -%}
            {%- do wrong.append((field, "'" ~ name ~ "' is a reserved word of DuckDB or PostgreSQL: rename it")) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- What serving adds to a table, or to the columns of its dataset. -#}
    {%- set is_served = node.config.materialized == 'served_table' -%}
    {%- set taken = graph.nodes[node.depends_on.nodes[0]].columns | list if is_served else [] -%}
    {%- for name in ['batch_id'] + taken if name in node.columns -%}
        {%- do wrong.append(('columns.' ~ name, "'" ~ name ~ "' is a column that the table has already: rename it")) -%}
    {%- endfor -%}
    {{ return(wrong) }}
{%- endmacro %}

{#- What dbt's graph does not show, since dbt keeps the last of two columns of one name and drops a key that
    stands beside `config`: read from the files themselves, where DuckDB can. Returns lines. -#}
{% macro wrong_files() -%}
    {%- if target.type != 'duckdb' -%}{{ return([]) }}{%- endif -%}
    {%- set wrong, paths, root = [], [], namespace(path='.') -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed') -%}
        {%- set root.path = node.root_path or root.path -%}
        {%- do paths.append((node.patch_path or '').split('://')[-1]) -%}
    {%- endfor -%}
    {%- set files = [] -%}
    {%- for path in paths | select | unique -%}
        {%- do files.append((root.path ~ '/' ~ path) | replace("'", "''")) -%}
    {%- endfor -%}
    {%- set misplaced = known_keys({'config': {}}) -%}
    {%- for name, text in run_query("select filename, content from read_text(['" ~ files | join("', '") ~ "'])").rows -%}
        {%- set file = name[root.path | length + 1:] -%}
        {%- set declared = fromyaml(text, {}) -%}
        {%- for entry in (declared.models or []) + (declared.seeds or []) -%}
            {%- set columns = (entry.columns or []) | map(attribute='name') | list -%}
            {%- for column in columns | unique if columns.count(column) > 1 -%}
                {%- do wrong.append(file ~ ": " ~ entry.name ~ ": columns." ~ column ~ ": is declared " ~ columns.count(column) ~ " times: keep one") -%}
            {%- endfor -%}
            {%- for key in entry if key in misplaced -%}
                {%- do wrong.append(file ~ ": " ~ entry.name ~ ": " ~ key ~ ": stands too high: write it under config.meta") -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(wrong) }}
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

{#- A test with a key that nobody reads, or that reads a key which its model does not declare. Returns
    [(field, reason)]. -#}
{% macro wrong_test(node) -%}
    {%- set read = {'every_day_has_its_grid': 'grid', 'grain_is_unique': 'grain'}.get(node.get('test_metadata', {}).get('name')) -%}
    {%- set tested = graph.nodes.get(node.attached_node) if read else none -%}
    {%- if tested and not tested.config.meta.get(read) and not wrong_keys(tested) -%}
        {{ return([(
            'data_tests', node.test_metadata.name ~ " reads config.meta." ~ read ~ " of " ~ tested.name
            ~ ", which is missing: declare it, or take the test out"
        )]) }}
    {%- endif -%}
    {{ return(wrong_values(node.config.meta, known_keys(node), 'config.meta') if node.config.meta else []) }}
{%- endmacro %}
