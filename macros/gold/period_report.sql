{#- What an entity reports of a period, by pqrs_type: one row a finished period of the world, dated
    by its last day, so that it never changes. `period` is month, quarter or semester. -#}
{% macro period_report(period) -%}
    with days as (
        select
            *,
            {%- if period == 'month' %}
            month as period,
            last_day(day) as period_end
            {%- elif period == 'semester' %}
            year(day) || '-S' || if(month(day) <= 6, 1, 2) as period,
            if(
                month(day) <= 6, make_date(year(day), 6, 30), make_date(year(day), 12, 31)
            ) as period_end
            {%- else %}
            year(day) || '-Q' || quarter(day) as period,
            last_day(cast(date_trunc('quarter', day) as date) + interval 2 month) as period_end
            {%- endif %}
        from {{ ref('gold_days') }}
    ),

    periods as (
        select period, period_end as day, min(day) as first_day, count(*) as days_covered
        from days
        group by all
        -- A period that goes on after the world's last day is not final. One that ended before the
        -- run is not computed again.
        having max(day) = period_end and bool_or(is_written)
    ),

    types as (
        select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
    ),

    created as (
        select days.period, volume.pqrs_type, cast(sum(volume.tickets_count) as bigint) as received_count
        from {{ ref('gold_kpi_volume') }} as volume
        inner join days using (day)
        group by all
    ),

    reopened as (
        select days.period, matrix.pqrs_type, cast(sum(matrix.transitions_count) as bigint) as reopened_count
        from {{ ref('gold_kpi_status_transitions') }} as matrix
        inner join days using (day)
        where matrix.status_to = 'REOPENED'
        group by all
    ),

    closed as (
        select
            days.period,
            closings.pqrs_type,
            count(*) as closings_count,
            count(*) filter (where closings.is_within_sla) as within_sla_count,
            {{ duration_columns('closings.close_us', 'hours_to_close') }}
        from {{ ref('gold_closings') }} as closings
        inner join days using (day)
        group by all
    ),

    answered as (
        select
            days.period,
            responses.pqrs_type,
            count(*) as responses_count,
            {{ duration_columns('responses.response_us', 'hours_to_first_response') }}
        from {{ ref('gold_first_responses') }} as responses
        inner join days using (day)
        group by all
    ),

    cohorts as (
        select
            days.period,
            cohort.pqrs_type,
            cast(sum(cohort.due_count) as bigint) as due_count,
            cast(sum(cohort.in_term_count) as bigint) as due_in_term_count,
            cast(sum(cohort.late_count) as bigint) as due_late_count,
            cast(sum(cohort.open_count) as bigint) as due_open_count
        from {{ ref('gold_kpi_sla_cohort') }} as cohort
        inner join days using (day)
        group by all
    ),

    pending as (
        select day, pqrs_type, cast(sum(backlog_count) as bigint) as backlog_count
        from {{ ref('gold_kpi_backlog') }}
        group by all
    ),

    overdue as (
        select day, pqrs_type, overdue_count, avg_overdue_days
        from {{ ref('gold_kpi_sla') }}
    ),

    counted as (
        select
            periods.day,
            periods.period,
            types.pqrs_type,
            periods.days_covered,
            coalesce(opening.backlog_count, 0) as opening_backlog_count,
            coalesce(created.received_count, 0) as received_count,
            coalesce(reopened.reopened_count, 0) as reopened_count,
            coalesce(closed.closings_count, 0) as closings_count,
            coalesce(closed.within_sla_count, 0) as within_sla_count,
            coalesce(pending.backlog_count, 0) as closing_backlog_count,
            overdue.overdue_count,
            overdue.avg_overdue_days,
            coalesce(cohorts.due_count, 0) as due_count,
            coalesce(cohorts.due_in_term_count, 0) as due_in_term_count,
            coalesce(cohorts.due_late_count, 0) as due_late_count,
            coalesce(cohorts.due_open_count, 0) as due_open_count,
            coalesce(answered.responses_count, 0) as responses_count,
            answered.avg_hours_to_first_response,
            answered.median_hours_to_first_response,
            answered.p90_hours_to_first_response,
            closed.avg_hours_to_close,
            closed.median_hours_to_close,
            closed.p90_hours_to_close
        from periods
        cross join types
        left join created using (period, pqrs_type)
        left join reopened using (period, pqrs_type)
        left join closed using (period, pqrs_type)
        left join answered using (period, pqrs_type)
        left join cohorts using (period, pqrs_type)
        left join pending using (day, pqrs_type)
        left join overdue using (day, pqrs_type)
        left join pending as opening
            on periods.first_day - 1 = opening.day and types.pqrs_type = opening.pqrs_type
    )

    select
        day,
        period as {{ period }},
        pqrs_type,
        days_covered,
        opening_backlog_count,
        received_count,
        reopened_count,
        closings_count,
        within_sla_count,
        {{ pct('within_sla_count', 'closings_count') }} as within_sla_pct,
        closings_count - within_sla_count as late_count,
        closing_backlog_count,
        overdue_count,
        avg_overdue_days,
        due_count,
        due_in_term_count,
        {{ pct('due_in_term_count', 'due_count') }} as due_in_term_pct,
        due_late_count,
        due_open_count,
        responses_count,
        avg_hours_to_first_response,
        median_hours_to_first_response,
        p90_hours_to_first_response,
        avg_hours_to_close,
        median_hours_to_close,
        p90_hours_to_close
    from counted
{%- endmacro %}
