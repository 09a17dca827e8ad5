-- Grain: one row per day and case that is open at its end, with all that is known of it then.

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

closings as (
    select
        day,
        dependencia_id,
        count(*) as closings_count
    from {{ ref('gold_closing_waits') }}
    group by all
),

paces as (
    select
        days.day,
        closings.dependencia_id,
        cast(sum(closings.closings_count) as bigint) as office_closings_count
    from days
    inner join closings on closings.day between days.day - 6 and days.day
    group by all
),

final as (
    select
        aged.day,
        aged.ticket_id,
        aged.channel,
        aged.pqrs_type,
        aged.priority,
        aged.region,
        aged.geo_id,
        aged.dependencia_id,
        aged.status,
        aged.created_day,
        aged.age_business_days,
        aged.sla_days,
        aged.sla_elapsed_seconds,
        aged.due_day as sla_due_day,
        coalesce(aged.sla_elapsed_seconds > aged.sla_seconds, false) as is_overdue,
        coalesce(
            aged.sla_seconds
            between aged.sla_elapsed_seconds and aged.sla_elapsed_seconds + 3 * 86400 - 1,
            false
        ) as is_at_risk,
        aged.hold_count,
        aged.reopen_count,
        count(*) over (partition by aged.day, aged.dependencia_id) as office_open_count,
        coalesce(paces.office_closings_count, 0) as office_closings_count
    from aged
    left join paces on aged.day = paces.day and aged.dependencia_id = paces.dependencia_id
)

select * from final
