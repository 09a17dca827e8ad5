{#- After prepare_lake(): says which inputs come from the sandbox itself, and records what was made and
    what is about to be built, with what it follows from. What is to be built counts when
    remember_built() has seen its end. -#}
{% macro note_selection() -%}
    {%- if is_sandbox_build() -%}
        {%- set state = sandbox_state() -%}
        {%- set own, gone, failed, rows = [], [], [], [] -%}
        {#- With --empty the inputs that were made have no rows either. -#}
        {%- set ended_at = 'null' if flags.EMPTY else 'now()' -%}
        {%- for id in inputs_of_selection() -%}
            {%- set node = graph.nodes[id] -%}
            {%- set name = node.schema ~ '.' ~ node.alias -%}
            {%- set identity = identity_of(id, state) -%}
            {%- set record = state.built.get(name, {}) -%}
            {%- if node.config.meta.partition -%}
                {%- if name in state.tables -%}
                    {%- do own.append(node.name ~ " (built " ~ record.built_at ~ ")") -%}
                {%- elif record -%}
                    {#- create_world() has dropped it, or it failed. -#}
                    {%- do (gone if record.built_at else failed).append(node.name) -%}
                    {%- do run_query("delete from sandbox_tables where name = '" ~ name ~ "'") -%}
                {%- endif -%}
            {%- elif name in state.tables and record.get('identity') != identity -%}
                {%- do rows.append("('" ~ name ~ "', '" ~ identity ~ "', " ~ ended_at ~ ")") -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for node in graph.nodes.values() if node.unique_id in selected_resources and node.resource_type in ('model', 'seed') and 'serving' not in node.tags -%}
            {%- do rows.append("('" ~ node.schema ~ "." ~ node.alias ~ "', '" ~ identity_of(node.unique_id, state) ~ "', null)") -%}
        {%- endfor -%}
        {%- if rows -%}
            {%- set noted = "(values " ~ rows | join(', ') ~ ") as noted (name, identity, built_at)" -%}
            {%- do run_query("delete from sandbox_tables where name in (select name from " ~ noted ~ ")") -%}
            {%- do run_query("insert into sandbox_tables select * from " ~ noted) -%}
        {%- endif -%}
        {%- for names, reason in [
            (gone, "this sandbox built it from another world or run"),
            (failed, "its build in this sandbox failed"),
        ] if names -%}
            {%- do log("Read from the committed lake, since " ~ reason ~ ": " ~ names | sort | join(', '), info=true) -%}
        {%- endfor -%}
        {%- set place = "; `rm " ~ target.path ~ "` resets the sandbox" -%}
        {%- do log(
            "Read from this sandbox: " ~ own | sort | join(', ') ~ "; all else from the committed lake" ~ place
            if own else "Every model that is not selected is read from the committed lake", info=true
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- After a build in the sandbox: what ended well counts as an input of later ones. What has no rows
    because of --empty never does. -#}
{% macro remember_built(results) -%}
    {%- if is_sandbox_build() and not flags.EMPTY -%}
        {%- for result in results if result.status == 'success' and result.node.resource_type in ('model', 'seed') -%}
            {%- do run_query(
                "update sandbox_tables set built_at = now() where name = '" ~ result.node.schema ~ "." ~ result.node.alias ~ "'"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
