{#- Before prepare_lake() makes the inputs of a selection in the sandbox: drops those that are there and
    would be others now, since prepare_lake() keeps every table that it finds. A seed is loaded again, a
    model is read from the committed lake, and what its owner built is said to be left out.

    Hooks of their own, which a run of pqr passes over: prepare_lake() is part of what identifies a
    layer of the lake, and no byte of one depends on a sandbox. -#}
{% macro forget_stale_inputs() -%}
    {%- if is_sandbox_build() -%}
        {%- set state = sandbox_state() -%}
        {%- for id in inputs_of_selection() -%}
            {%- do identity_of(id, state) -%}
        {%- endfor -%}
        {%- set changed, unfinished = [], [] -%}
        {%- for id in state.known if not id.startswith('source.') -%}
            {%- set node = graph.nodes[id] -%}
            {%- set name = node.schema ~ '.' ~ node.alias -%}
            {%- if name in state.stale -%}
                {%- do run_query("drop table " ~ name) -%}
                {%- do run_query("delete from sandbox_tables where name = '" ~ name ~ "'") -%}
                {%- set is_finished = state.built.get(name, {}).get('built_at') -%}
                {%- if node.config.meta.partition -%}{%- do (changed if is_finished else unfinished).append(node.name) -%}{%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for names, reason in [
            (changed, "its code, a seed or the lake is another than when this sandbox built it"),
            (unfinished, "this sandbox built it with --empty, not to its end, or before it kept records"),
        ] if names -%}
            {%- do log("Read from the committed lake, since " ~ reason ~ ": " ~ names | sort | join(', '), info=true) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
