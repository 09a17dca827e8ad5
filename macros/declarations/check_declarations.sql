{#- Before every invocation, but in a run of pqr that has built this layer with the same code before: raises
    one error with a line for every declaration that is missing, unknown or names what is not there: file,
    model, field, and the way out. What is declared and not understood would be left out in silence, or end
    in an error of SQL when layers before it are committed. -#}
{% macro check_declarations() -%}
    {%- if not execute or env_var('PQR_DECLARATIONS_PASSED', '') -%}{{ return('') }}{%- endif -%}
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
