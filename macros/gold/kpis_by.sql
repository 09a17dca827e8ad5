{#- The five KPIs of a day for every member of the CTE `members`, which has the columns `keys` alone. One
    query for all grains: the same figure must not be computed in two ways. Reads the CTEs days
    (gold_days), spans (gold_status_spans), tickets (silver_tickets), closings (gold_closings) and
    responses (gold_first_responses) of the model. Gives the CTE `kpis`. -#}
{% macro kpis_by(members, keys) -%}
    {%- set key_list = keys | join(', ') -%}
    {#- What an overdue stretch adds to the totals of its days. With a running clock its excess at the
        end of a day is the day's end minus its due position; with the clock paused it stays. -#}
    {%- set overdue = {
        'overdue_count': '1',
        'running_count': 'if(is_clock_running, 1, 0)',
        'running_due_seconds': 'if(is_clock_running, clock_zero_seconds + sla_seconds, 0)',
        'paused_excess_seconds': 'if(is_clock_running, 0, elapsed_seconds - sla_seconds)',
    } -%}
    open_spans as (
        select * from spans
        where is_open
    ),

    overdue_spans as (
        select * from spans
        where first_overdue_day is not null
    ),

    created as (
        select created_day as day, {{ key_list }}, count(*) as tickets_count
        from tickets
        group by all
    ),

    open_changes as (
        {{ stretch_changes('open_spans', 'first_day', keys, {'opened_count': '1'}) }}
    ),

    overdue_changes as (
        {{ stretch_changes('overdue_spans', 'first_overdue_day', keys, overdue) }}
    ),

    closed as (
        select
            day,
            {{ key_list }},
            count(*) as closings_count,
            count(*) filter (where is_within_sla) as within_sla_count,
            {{ duration_columns('close_us', 'hours_to_close') }}
        from closings
        group by all
    ),

    answered as (
        select
            day,
            {{ key_list }},
            count(*) as responses_count,
            {{ duration_columns('response_us', 'hours_to_first_response') }}
        from responses
        group by all
    ),

    counted as (
        select
            days.day,
            days.end_seconds,
            {{ members }}.*,
            coalesce(created.tickets_count, 0) as tickets_count,
            {{ running_total('open_changes.opened_count', keys) }} as backlog_count,
            {%- for measure in overdue %}
            {{ running_total('overdue_changes.' ~ measure, keys) }} as {{ measure }},
            {%- endfor %}
            coalesce(closed.closings_count, 0) as closings_count,
            coalesce(closed.within_sla_count, 0) as within_sla_count,
            closed.avg_hours_to_close,
            closed.median_hours_to_close,
            closed.p90_hours_to_close,
            coalesce(answered.responses_count, 0) as responses_count,
            answered.avg_hours_to_first_response,
            answered.median_hours_to_first_response,
            answered.p90_hours_to_first_response
        from days
        cross join {{ members }}
        left join created using (day, {{ key_list }})
        left join open_changes using (day, {{ key_list }})
        left join overdue_changes using (day, {{ key_list }})
        left join closed using (day, {{ key_list }})
        left join answered using (day, {{ key_list }})
    ),

    kpis as (
        select
            day,
            {{ key_list }},
            tickets_count,
            backlog_count,
            closings_count,
            within_sla_count,
            {{ pct('within_sla_count', 'closings_count') }} as within_sla_pct,
            overdue_count,
            {{ rounded_ratio(
                'running_count * cast(end_seconds as hugeint) - running_due_seconds + paused_excess_seconds',
                '86400 * overdue_count'
            ) }} as avg_overdue_days,
            responses_count,
            avg_hours_to_first_response,
            median_hours_to_first_response,
            p90_hours_to_first_response,
            avg_hours_to_close,
            median_hours_to_close,
            p90_hours_to_close
        from counted
    )
{%- endmacro %}
