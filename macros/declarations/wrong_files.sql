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
