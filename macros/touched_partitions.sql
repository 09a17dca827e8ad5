{#- The partitions that a run writes, as a query of one text column.
      tickets, events     months of creation and days of events, from silver_touched
      days                from the run's first day to the world's last: later days depend on earlier ones
      month_ends, quarter_ends   of those days, the last of a month or of a quarter -#}
{% macro touched_partitions(touched) -%}
    {%- if touched in ('tickets', 'events') -%}
        select partition from silver.touched where dataset = '{{ touched }}' order by partition
    {%- elif touched in ('days', 'month_ends', 'quarter_ends') -%}
        with days as (
            select unnest(generate_series(run_first_day, last_day, interval 1 day))::date as day
            from bronze.world
        )

        select strftime(day, '%Y-%m-%d') as day
        from days
        where true
        {%- if touched == 'month_ends' %} and day = last_day(day)
        {%- elif touched == 'quarter_ends' %} and day = last_day(day) and month(day) % 3 = 0
        {%- endif %}
        order by day
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            model.name ~ ": meta.touched is " ~ touched
            ~ "; known are tickets, events, days, month_ends and quarter_ends"
        ) }}
    {%- endif -%}
{%- endmacro %}
