{#- Primary key, uniqueness and references of the contract, each made once; in runs of pqr also the
    reference to the batch, whose deletion takes the rows with it. The references are made in the
    order of their targets, so that two models that build at once cannot wait for each other.
    A check that the contract gained later holds for the rows that land from then on.
    Tables with a row an event refer to cases and batches alone: a reference costs about 4 us a row,
    and a check of the listed values a fraction of that. -#}
{% macro add_serving_keys(relation) -%}
    {%- set wanted = [] -%}
    {%- set keys = model.constraints | selectattr('type', 'in', ['primary_key', 'unique']) | list -%}
    {%- set references = model.constraints | selectattr('type', 'equalto', 'foreign_key') | list -%}
    {%- for constraint in model.constraints | selectattr('type', 'equalto', 'check') -%}
        {%- do wanted.append({
            'name': constraint.name, 'rule': "check (" ~ constraint.expression ~ ") not valid"
        }) -%}
    {%- endfor -%}
    {%- for constraint in keys + references | sort(attribute='to') -%}
        {%- set suffix = {'primary_key': 'pk', 'unique': 'uq', 'foreign_key': 'fk'}[constraint.type] -%}
        {%- set noun = '' if constraint.type == 'primary_key' else '_' ~ constraint.columns | join('_') -%}
        {%- do wanted.append({
            'name': relation.identifier ~ noun ~ '_' ~ suffix,
            'rule': adapter.render_raw_model_constraints(raw_constraints=[constraint]) | first,
        }) -%}
    {%- endfor -%}
    {%- if is_pqr_run() and 'batch_id' in model.columns -%}
        {%- do wanted.append({
            'name': relation.identifier ~ '_batch_id_fk',
            'rule': 'foreign key (batch_id) references meta.batches (batch_id) on delete cascade',
        }) -%}
    {%- endif -%}
    {%- set present = run_query(
        "select conname from pg_constraint where conrelid = '" ~ relation.include(database=false) ~ "'::regclass"
    ).columns[0].values() -%}
    {%- for item in wanted if item.name not in present -%}
        {%- do run_query("alter table " ~ relation ~ " add constraint " ~ item.name ~ " " ~ item.rule) -%}
    {%- endfor -%}
{%- endmacro %}
