-- Grain: one row per day of closing, pqrs_type and variant: the path cases took to that closing.

with closings as (
    select * from {{ ref('gold_closings') }}
    semi join {{ ref('gold_days') }} using (day)
),

changes as (
    select * from {{ ref('silver_status_events') }}
),

paths as (
    select
        ticket_id,
        change_no,
        string_agg(status_to, '>') filter (where is_valid) over path as states,
        bool_or(not is_valid) over path as has_refused
    from changes
    semi join closings on changes.ticket_id = closings.ticket_id
    window path as (partition by ticket_id order by change_no rows unbounded preceding)
),

followed as (
    select
        closings.day,
        closings.pqrs_type,
        closings.close_us,
        closings.is_within_sla,
        paths.states,
        paths.has_refused
    from closings
    inner join paths
        on closings.ticket_id = paths.ticket_id and closings.change_no = paths.change_no
),

measured as (
    select
        day,
        pqrs_type,
        'RECEIVED>' || states as variant,
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
)

select * from final
