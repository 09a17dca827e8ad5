{#- Give columns of a serving table their declared types, in the transaction of the caller. Views that
    read them go first and come back: the table's own with the table, the others when their turn comes.
    Rules and indexes of the columns are made again as they are declared now: an old one may not fit
    the new type.

    Returns the names of the rules that every row kept: they must not come back unproven. -#}
{% macro alter_types(table, dataset, changes) -%}
    {%- set name = table.include(database=false) -%}
    {%- set plain = table.schema ~ "." ~ table.identifier -%}
    {%- set numbers = changes | map(attribute='number') | join(', ') -%}
    {%- set views = views_over(table, changes) | selectattr('is_own') | map(attribute='name') | list -%}
    {%- if views -%}
        {#- Another model may have dropped one of them, and hold it until its rows are indexed. -#}
        {%- do run_query("set local lock_timeout = '15min'; drop view if exists " ~ views | join(", ") ~ "; set local lock_timeout = '30s'") -%}
    {%- endif -%}
    {%- set rules = run_query(
        "select conname, convalidated from pg_constraint where conrelid = '" ~ name ~ "'::regclass "
        "and contype = 'c' and conname like '%\\_ck' and conkey && array[" ~ numbers ~ "]::smallint[]"
    ).rows -%}
    {%- set declared = [] -%}
    {%- for index in dataset.config.meta.serving.get('indexes', []) -%}
        {%- do declared.append(table.identifier ~ '_' ~ index.name) -%}
    {%- endfor -%}
    {%- set indexes = run_query(
        "select distinct relname from pg_index inner join pg_class on pg_class.oid = indexrelid "
        "inner join pg_depend on classid = 'pg_class'::regclass and objid = indexrelid "
        "where indrelid = '" ~ name ~ "'::regclass and refobjid = indrelid and refobjsubid in (" ~ numbers ~ ")"
    ).columns[0].values() | select('in', declared) -%}
    {%- set altered, words = [], [] -%}
    {%- for row in rules -%}
        {%- do altered.append("drop constraint " ~ adapter.quote(row[0])) -%}
    {%- endfor -%}
    {%- for change in changes -%}
        {%- set has_values = run_query("select exists (select from " ~ name ~ " where " ~ change.quoted ~ " is not null)").rows[0][0] -%}
        {#- Types without a cast between them hold null alike. -#}
        {%- do altered.append(
            "alter column " ~ change.quoted ~ " type " ~ change.new ~ " using "
            ~ (change.quoted if has_values else "null") ~ "::" ~ change.new
        ) -%}
        {%- do words.append(change.name ~ " from " ~ change.old ~ " to " ~ change.new) -%}
    {%- endfor -%}
    {%- for index in indexes -%}
        {%- do run_query("drop index " ~ table.without_identifier().include(database=false) ~ "." ~ index) -%}
    {%- endfor -%}
    {%- do run_query(
        "do $alter$ begin perform set_config('timezone', 'UTC', true); "
        "alter table " ~ name ~ " " ~ altered | join(", ") ~ "; "
        "exception when syntax_error_or_access_rule_violation or feature_not_supported or dependent_objects_still_exist then "
        "raise exception '" ~ plain ~ " cannot change " ~ words | join(", ")
        ~ ": %. Remove what stands in the way, or give the column another name', sqlerrm; end $alter$"
    ) -%}
    {%- do log(plain ~ ": " ~ words | join(", "), info=true) -%}
    {%- set proven = [] -%}
    {%- for row in rules if row[1] -%}
        {%- do proven.append(row[0]) -%}
    {%- endfor -%}
    {{ return(proven) }}
{%- endmacro %}

{#- The views that read columns of a table, through other views as well: PostgreSQL changes no type
    under them. In the order of their names, so that two models never wait for each other.

    Returns [{name, is_own}]; is_own: the project declares it, or has made it. -#}
{% macro views_over(table, changes) -%}
    {%- set own = run_query("select schema_name || '.' || relation_name from meta.served_relations").columns[0].values() | list -%}
    {%- do own.extend(declared_relations()) -%}
    {%- set found = run_query(
        "with recursive reading as ("
        "select ev_class from pg_depend inner join pg_rewrite on pg_rewrite.oid = objid "
        "where classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass "
        "and refobjid = '" ~ table.include(database=false) ~ "'::regclass "
        "and refobjsubid in (" ~ changes | map(attribute='number') | join(", ") ~ ") union "
        "select pg_rewrite.ev_class from reading inner join pg_depend on refobjid = reading.ev_class "
        "inner join pg_rewrite on pg_rewrite.oid = objid "
        "where classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass) "
        "select nspname || '.' || relname from reading inner join pg_class on pg_class.oid = ev_class "
        "inner join pg_namespace on pg_namespace.oid = relnamespace order by 1"
    ) -%}
    {%- set views = [] -%}
    {%- for name in found.columns[0].values() -%}
        {%- do views.append({'name': name, 'is_own': name in own}) -%}
    {%- endfor -%}
    {{ return(views) }}
{%- endmacro %}
