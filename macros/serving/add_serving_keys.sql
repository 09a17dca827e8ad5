{#- The keys, rules and indexes of a serving table, each made once.
      primary key   the batch and the grain
      references    columns that name an identity; in runs of pqr also the batch, whose deletion takes
                    the rows with it. In the order of their targets, so that two models that build at
                    once cannot wait for each other. Rows that belong to a case refer to it and to their
                    batch alone. An enforced reference costs about 4 us a row: where PostgreSQL can
                    leave that to others (18 and newer) a run of pqr asks once for all rows that it is
                    about to publish (references_exist, ticket_exists), and PostgreSQL shows the
                    reference to whoever reads its catalog.
      checks        the dataset's tests `holds` and `accepted_values`, unless a test only warns, its meta
                    says serving: false or its rule reads other rows. A name carries a hash of its rule: a
                    changed rule takes the place of the old one, and holds for the rows that land from then on;
                    one of `proven` holds for all.
      indexes       those that the dataset's serving block lists, each with the question that it answers
                    as its comment; spatial ones only where PostGIS is installed. -#}
{% macro add_serving_keys(table, columns, dataset, is_new, proven=[]) -%}
    {%- set grain = dataset.config.meta.grain -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set wanted = {table.identifier ~ '_pk': 'primary key (batch_id, ' ~ grain | join(', ') ~ ')'} -%}
    {%- set is_part_of_case = 'ticket_id' in names and grain != ['ticket_id'] -%}
    {%- set is_checked_by_pqr = is_pqr_run() and run_query("show server_version_num").columns[0].values()[0] | int >= 180000 -%}
    {%- for identity in identities() if identity.table == 'ticket_ids' or not is_part_of_case -%}
        {%- for column in identity.columns if column in names -%}
            {%- do wanted.update({
                table.identifier ~ '_' ~ column ~ '_fk':
                'foreign key (' ~ column ~ ') references ' ~ table.schema ~ '.' ~ identity.table
                ~ ' (' ~ identity.column ~ ')' ~ (' not enforced' if is_checked_by_pqr else '')
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if is_pqr_run() -%}
        {%- do wanted.update({
            table.identifier ~ '_batch_id_fk': 'foreign key (batch_id) references meta.batches (batch_id) on delete cascade'
        }) -%}
    {%- endif -%}
    {%- for test in graph.nodes.values() if test.resource_type == 'test' and test.attached_node == dataset.unique_id
        and test.config.severity | lower != 'warn' and test.config.get('meta', {}).get('serving', true) -%}
        {%- set rule = none -%}
        {%- if test.test_metadata.name == 'holds' and '{{' not in test.test_metadata.kwargs.rule and not modules.re.search('\\bselect\\b', test.test_metadata.kwargs.rule) -%}
            {%- set rule = test.test_metadata.kwargs.rule -%}
        {%- elif test.test_metadata.name == 'accepted_values' -%}
            {%- set rule = adapter.quote(test.column_name) ~ " in ('" ~ test.test_metadata.kwargs['values'] | join("', '") ~ "')" -%}
        {%- endif -%}
        {%- if rule -%}
            {%- set name = test.name if test.test_metadata.name == 'holds' else test.column_name ~ '_is_listed' -%}
            {%- set name = name[:52] ~ '_' ~ local_md5(rule)[:6] ~ '_ck' -%}
            {%- do wanted.update({name: 'check (' ~ rule ~ ')' ~ ('' if is_new or name in proven else ' not valid')}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set present = run_query(
        "select conname from pg_constraint where conrelid = '" ~ table.include(database=false) ~ "'::regclass and contype in ('p', 'f', 'c')"
    ).columns[0].values() | list -%}
    {#- In one statement: PostgreSQL then looks once at the rows, for all rules together. -#}
    {%- set changes = [] -%}
    {%- for name in present if name.endswith('_ck') and name not in wanted -%}
        {%- do changes.append('drop constraint ' ~ name) -%}
    {%- endfor -%}
    {%- for name, rule in wanted.items() if name not in present -%}
        {%- do changes.append('add constraint ' ~ name ~ ' ' ~ rule) -%}
    {%- endfor -%}
    {%- if changes -%}
        {%- do run_query("alter table " ~ table ~ " " ~ changes | join(", ")) -%}
    {%- endif -%}
    {%- set has_gist = has_postgis() -%}
    {%- for index in dataset.config.meta.serving.get('indexes', []) if index.get('using') != 'gist' or has_gist -%}
        {%- set name = table.identifier ~ '_' ~ index.name -%}
        {%- do run_query(
            "create index if not exists " ~ name ~ " on " ~ table
            ~ (" using " ~ index.using if index.using else "") ~ " (" ~ index.columns | join(', ') ~ ")"
            ~ (" include (" ~ index.include | join(', ') ~ ")" if index.include else "")
            ~ (" where " ~ index.where if index.where else "")
        ) -%}
        {%- do run_query(
            "comment on index " ~ table.without_identifier().include(database=false) ~ "." ~ name
            ~ " is '" ~ index.serves | replace("'", "''") ~ "'"
        ) -%}
    {%- endfor -%}
{%- endmacro %}
