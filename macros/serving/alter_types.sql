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
