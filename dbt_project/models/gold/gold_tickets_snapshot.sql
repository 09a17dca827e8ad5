-- Grain: one row per day and case that is open at its end.
{{ config(meta={'partition': 'day', 'key': ['ticket_id'], 'touched': 'days'}) }}

-- The largest table of gold: only the days that this run writes.
with days as (
    select * from {{ ref('gold_days') }}
    where is_written
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

aged as (
    select
        days.day,
        open_spans.*,
        days.business_day_index - open_spans.created_index as age_business_days,
        if(
            open_spans.is_clock_running,
            greatest(days.end_seconds - open_spans.clock_zero_seconds, 0),
            open_spans.elapsed_seconds
        ) as sla_elapsed_seconds
    from days
    inner join open_spans on days.day between open_spans.first_day and open_spans.last_day
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
        status,
        created_day,
        age_business_days,
        sla_days,
        sla_elapsed_seconds,
        due_day as sla_due_day,
        coalesce(sla_elapsed_seconds > sla_seconds, false) as is_overdue
    from aged
)

select * from final
