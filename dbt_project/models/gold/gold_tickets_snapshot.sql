-- Grain: one row per day and case that is open at its end.

-- The largest table of gold: only the days that this run writes.
with days as (
    select * from {{ ref('gold_days') }}
    where is_written
),

written as (
    select min(day) as first_day from days
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

open_spans as (
    select
        spans.*,
        calendar.business_day_index as created_index
    from {{ ref('gold_status_spans') }} as spans
    inner join calendar on spans.created_day = calendar.day
    where spans.is_open
),

lived_days as (
    select
        open_spans.*,
        cast(
            unnest(range(
                greatest(open_spans.first_day, written.first_day),
                open_spans.last_day + interval 1 day,
                interval 1 day
            )) as date
        ) as day
    from open_spans
    cross join written
    where open_spans.last_day >= written.first_day
),

aged as (
    select
        lived_days.*,
        days.business_day_index - lived_days.created_index as age_business_days,
        if(
            lived_days.is_clock_running,
            greatest(days.end_seconds - lived_days.clock_zero_seconds, 0),
            lived_days.elapsed_seconds
        ) as sla_elapsed_seconds
    from lived_days
    inner join days on lived_days.day = days.day
),

final as (
    select
        day,
        ticket_id,
        channel,
        pqrs_type,
        priority,
        region,
        geo_id,
        dependencia_id,
        status,
        created_day,
        age_business_days,
        sla_days,
        sla_elapsed_seconds,
        due_day as sla_due_day,
        coalesce(sla_elapsed_seconds > sla_seconds, false) as is_overdue,
        coalesce(
            sla_seconds between sla_elapsed_seconds and sla_elapsed_seconds + 3 * 86400 - 1, false
        ) as is_at_risk
    from aged
)

select * from final
