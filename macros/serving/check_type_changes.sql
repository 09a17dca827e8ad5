{#- Before a run of pqr declares anything: every served column whose declared type is not that of its
    table must be able to change, with the rows that kept publications show. All tables are asked before
    the first one changes, so that a refusal leaves everything as people see it. -#}
{% macro check_type_changes() -%}
    {%- if not execute or target.type != 'postgres' or not is_pqr_run() or flags.WHICH not in ('build', 'run')
        or env_var('PQR_ROWS_ALONE', '') == 'true' -%}
        {{ return('') }}
    {%- endif -%}
    {%- for node in graph.nodes.values() if node.config.materialized == 'served_table' -%}
        {%- set dataset = graph.nodes[node.depends_on.nodes[0]] -%}
        {%- set table = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) -%}
        {%- set changes = type_changes(table, served_columns(node)) -%}
        {%- for change in changes -%}
            {%- set reason = type_refusal(table, dataset, change) -%}
            {%- if reason -%}
                {%- set owner = dataset if change.name in dataset.columns else node -%}
                {{ declaration_error(owner, 'columns.' ~ change.name ~ '.data_type',
                    table.schema ~ "." ~ table.identifier ~ " has " ~ change.old ~ " and cannot turn it into "
                    ~ change.new ~ ": " ~ reason) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- The columns of a serving table whose type is not the declared one, with PostgreSQL's own names of
    both types: a temporary table knows how it spells what is declared.

    Returns [{name, quoted, number, old, new}]; none of a table that does not exist yet. -#}
{% macro type_changes(table, columns) -%}
    {%- set declared = [] -%}
    {%- for column in columns -%}
        {%- do declared.append(column.quoted ~ " " ~ column.type) -%}
    {%- endfor -%}
    {%- do run_query("create temporary table declared_types (" ~ declared | join(", ") ~ ")") -%}
    {%- set found = run_query(
        "select known.attname, known.attnum, format_type(known.atttypid, known.atttypmod), "
        "format_type(declared.atttypid, declared.atttypmod) "
        "from pg_attribute as known inner join pg_attribute as declared on known.attname = declared.attname "
        "where known.attrelid = to_regclass('" ~ table.include(database=false) ~ "') and known.attnum > 0 "
        "and declared.attrelid = 'pg_temp.declared_types'::regclass "
        "and (known.atttypid, known.atttypmod) <> (declared.atttypid, declared.atttypmod) order by known.attnum"
    ) -%}
    {%- do run_query("drop table pg_temp.declared_types") -%}
    {%- set changes = [] -%}
    {%- for row in found.rows -%}
        {%- do changes.append({
            'name': row[0], 'quoted': adapter.quote(row[0]), 'number': row[1] | int, 'old': row[2], 'new': row[3]
        }) -%}
    {%- endfor -%}
    {{ return(changes) }}
{%- endmacro %}

{#- Why a column of a serving table cannot get its declared type, with the way out; none: it can.

    Rows of earlier publications are cast, and must say the same afterwards: cast back, they are what
    they were. JSON is free to write its text in another way. -#}
{% macro type_refusal(table, dataset, change) -%}
    {%- set name = table.include(database=false) -%}
    {%- set referred = run_query(
        "select confrelid::regclass::text, format_type(atttypid, atttypmod) from pg_constraint "
        "inner join pg_attribute on attrelid = confrelid and attnum = confkey[1] "
        "where conrelid = '" ~ name ~ "'::regclass and contype = 'f' and " ~ change.number ~ " = any(conkey)"
    ).rows -%}
    {%- for row in referred if row[1] != change.new -%}
        {{ return("it refers to " ~ row[0] ~ ", whose values are " ~ row[1] ~ ". Keep the type, or give the column another name") }}
    {%- endfor -%}
    {%- set strangers = views_over(table, [change]) | rejectattr('is_own') | map(attribute='name') | join(', ') -%}
    {%- if strangers -%}
        {{ return("the project did not make " ~ strangers ~ ", which would have to go. Drop it, publish, and make it again") }}
    {%- endif -%}
    {%- set serving = dataset.config.meta.serving -%}
    {%- set is_secret = change.name in serving.get('private_columns', []) + serving.get('hidden_columns', []) -%}
    {%- set value = change.quoted -%}
    {%- set back = value ~ "::" ~ change.new ~ "::" ~ change.old -%}
    {%- if 'json' in change.new -%}
        {%- set differs = value ~ "::" ~ change.new ~ " is null" -%}
    {%- elif 'json' in change.old and change.new == 'text' -%}
        {%- set differs = "false" -%}
    {%- elif change.old == 'text' and change.new.startswith('numeric') -%}
        {#- 98.5 and 98.50 are one number. -#}
        {%- set differs = value ~ " not in (" ~ back ~ ", trim_scale(" ~ value ~ "::" ~ change.new ~ ")::text)" -%}
    {%- else -%}
        {%- set differs = value ~ " <> " ~ back -%}
    {%- endif -%}
    {%- set held = name ~ " where " ~ value ~ " is not null and batch_id not in "
        "(select batch_id from meta.batches where landed_at is null)" -%}
    {%- set sample = "''" if is_secret else "' (such as ' || left(example, 40) || ')'" -%}
    {%- do run_query(
        "do $judge$ declare refusal text := ''; example text; differing bigint; begin "
        "perform set_config('timezone', 'UTC', true); "
        "begin "
        "select count(*), min(" ~ value ~ "::text) into differing, example from " ~ held ~ " and " ~ differs ~ "; "
        "if differing > 0 then refusal := differing || ' of its values' || " ~ sample ~ " || ' would lose something'; end if; "
        "exception "
        "when cannot_coerce then "
        "if exists (select from " ~ held ~ ") then refusal := 'PostgreSQL has no such cast'; end if; "
        "when data_exception then "
        "for example in select distinct " ~ value ~ "::text from " ~ held ~ " loop "
        "begin execute format('select %L::" ~ change.old ~ "::" ~ change.new ~ "', example); "
        "exception when data_exception then refusal := 'values' || " ~ sample ~ " || ' do not fit'; exit; end; "
        "end loop; "
        "if refusal = '' then raise; end if; "
        "end; "
        "perform set_config('pqr.refusal', refusal, false); "
        "end $judge$"
    ) -%}
    {%- set reason = run_query("select current_setting('pqr.refusal')").rows[0][0] -%}
    {%- if reason -%}
        {{ return(reason ~ ". Earlier publications show them. Declare a type that holds them, give the column another name, or have it made "
            ~ "again from the lake: take it out, `pqr run`, `pqr gc --publications --delete`, then declare it with the new type and `pqr run`") }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
