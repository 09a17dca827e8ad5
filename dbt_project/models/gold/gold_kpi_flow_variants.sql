-- Grain: one row per day of closing, pqrs_type and variant: the path cases took to that closing.

with closings as (
    select * from {{ ref('gold_closings') }}
),

changes as (
    select * from {{ ref('silver_status_events') }}
),

paths as (
    select
        ticket_id,
        list(status_to order by change_no) filter (where is_valid) as states,
        list(change_no order by change_no) filter (where is_valid) as change_nos,
        -- Refused changes, to know which closings came after one.
        min(change_no) filter (where not is_valid) as first_refused_no
    from changes
    group by ticket_id
),

followed as (
    select
        closings.day,
        closings.pqrs_type,
        closings.close_us,
        closings.is_within_sla,
        list_slice(
            paths.states, 1, list_position(paths.change_nos, closings.change_no)
        ) as states,
        coalesce(paths.first_refused_no < closings.change_no, false) as has_refused
    from closings
    inner join paths on closings.ticket_id = paths.ticket_id
),

measured as (
    select
        day,
        pqrs_type,
        'RECEIVED>' || array_to_string(states, '>') as variant,
        count(*) as closings_count,
        count(*) filter (where is_within_sla) as within_sla_count,
        count(*) filter (where has_refused) as nonconforming_count,
        {{ duration_columns('close_us', 'hours_to_close') }}
    from followed
    group by all
),

final as (
    select
        day,
        pqrs_type,
        variant,
        len(string_split(variant, '>')) - 1 as transitions_count,
        len(string_split(variant, '>ON_HOLD')) - 1 as holds_count,
        len(string_split(variant, '>REOPENED')) - 1 as reopenings_count,
        variant like '%>REOPENED%' as is_rework,
        closings_count,
        within_sla_count,
        nonconforming_count,
        avg_hours_to_close,
        median_hours_to_close,
        p90_hours_to_close
    from measured
    semi join {{ ref('gold_days') }} using (day)
)

select * from final
