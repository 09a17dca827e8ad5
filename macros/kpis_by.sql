{#- The five KPIs of a day for every member of a CTE, which has the columns `keys` alone. One query
    for three grains: the same figure must not be computed in two ways. -#}
{% macro kpis_by(members, keys) -%}
    {%- set key_list = keys | join(', ') -%}
    with days as (
        select * from {{ ref('gold_days') }}
    ),

    spans as (
        select * from {{ ref('gold_status_spans') }}
    ),

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
        from {{ ref('silver_tickets') }}
        group by all
    ),

    open_changes as (
        {{ stretch_changes('open_spans', 'first_day', keys, {'opened_count': '1'}) }}
    ),

    overdue_changes as (
        {{ stretch_changes('overdue_spans', 'first_overdue_day', keys, overdue_measures()) }}
    ),

    closings as (
        select
            day,
            {{ key_list }},
            count(*) as closings_count,
            count(*) filter (where is_within_sla) as within_sla_count,
            {{ hours_columns('close_us', 'hours_to_close') }}
        from {{ ref('gold_closings') }}
        group by all
    ),

    responses as (
        select
            day,
            {{ key_list }},
            count(*) as responses_count,
            {{ hours_columns('response_us', 'hours_to_first_response') }}
        from {{ ref('gold_first_responses') }}
        group by all
    ),

    counted as (
        select
            days.day,
            days.end_seconds,
            {{ members }}.*,
            coalesce(created.tickets_count, 0) as tickets_count,
            {{ running_total('open_changes.opened_count', keys) }} as backlog_count,
            {{ running_totals('overdue_changes', overdue_measures(), keys) }},
            coalesce(closings.closings_count, 0) as closings_count,
            coalesce(closings.within_sla_count, 0) as within_sla_count,
            closings.avg_hours_to_close,
            closings.median_hours_to_close,
            closings.p90_hours_to_close,
            coalesce(responses.responses_count, 0) as responses_count,
            responses.avg_hours_to_first_response,
            responses.median_hours_to_first_response,
            responses.p90_hours_to_first_response
        from days
        cross join {{ members }}
        left join created using (day, {{ key_list }})
        left join open_changes using (day, {{ key_list }})
        left join overdue_changes using (day, {{ key_list }})
        left join closings using (day, {{ key_list }})
        left join responses using (day, {{ key_list }})
    )

    select
        day,
        {{ key_list }},
        tickets_count,
        backlog_count,
        closings_count,
        within_sla_count,
        {{ pct('within_sla_count', 'closings_count') }} as within_sla_pct,
        overdue_count,
        {{ rounded_ratio(overdue_seconds(), '86400 * overdue_count') }} as avg_overdue_days,
        responses_count,
        avg_hours_to_first_response,
        median_hours_to_first_response,
        p90_hours_to_first_response,
        avg_hours_to_close,
        median_hours_to_close,
        p90_hours_to_close
    from counted
{%- endmacro %}
