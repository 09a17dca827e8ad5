{#- What the rows of a seed, model or source of the sandbox follow from, as one hash: the bytes of a
    seed; the committed objects of a source, and of a model that is read from the lake; the code of any
    other model with the identities of what it reads. A table counts while its record is this hash.

    `state` is sandbox_state(): what is found is kept in it, and in `state.stale` the models whose
    table no longer counts. -#}
{% macro identity_of(id, state) -%}
    {%- if id in state.known -%}{{ return(state.known[id]) }}{%- endif -%}
    {%- set node = graph.sources[id] if id.startswith('source.') else graph.nodes[id] -%}
    {%- set name = node.schema ~ '.' ~ (node.identifier or node.alias) -%}
    {%- set record = state.built.get(name, {}) -%}
    {%- set is_committed = node.resource_type == 'source' or (node.config.get('meta') or {}).get('partition') -%}
    {%- set committed = 'committed ' ~ state.world ~ ' ' ~ state.committed.get(name, '') -%}
    {%- if node.resource_type == 'seed' -%}
        {%- set identity = node.checksum.checksum -%}
    {%- elif node.resource_type == 'source' or (is_committed and id not in selected_resources and name not in state.tables) -%}
        {%- set identity = committed -%}
    {%- else -%}
        {%- set parts = [node.checksum.checksum, node.config.materialized] -%}
        {%- for column in node.columns.values() -%}
            {%- do parts.append(column.name ~ ' ' ~ column.data_type) -%}
        {%- endfor -%}
        {%- set called = node.depends_on.macros | map('replace', 'macro.pqr_lakehouse.', '') | select('in', state.macros) | list -%}
        {%- for macro_name in called -%}
            {%- do parts.append(state.macros[macro_name]) -%}
            {%- for other in modules.re.findall('[a-z_]+', state.macros[macro_name]) if other in state.macros and other not in called -%}
                {%- do called.append(other) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for variable in modules.re.findall("[^a-z_]var[(]'([a-z_]+)'", node.raw_code ~ parts | join) -%}
            {%- do parts.append(variable ~ ' ' ~ var(variable, '')) -%}
        {%- endfor -%}
        {%- for parent in node.depends_on.nodes -%}
            {%- do parts.append(parent ~ ' ' ~ identity_of(parent, state)) -%}
        {%- endfor -%}
        {%- set identity = local_md5(parts | join('\n')) -%}
    {%- endif -%}
    {%- if name in state.tables and node.resource_type != 'source' and id not in selected_resources
        and record.get('identity') != identity -%}
        {%- do state.stale.append(name) -%}
        {%- if is_committed -%}{%- set identity = committed -%}{%- endif -%}
    {%- endif -%}
    {%- do state.known.update({id: identity}) -%}
    {{ return(identity) }}
{%- endmacro %}
