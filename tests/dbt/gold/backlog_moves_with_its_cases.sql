-- The change of the backlog is what came minus what was closed plus what was reopened, every day.
{{ config(tags=['gold']) }}

with backlog as (
    select
        day,
        pqrs_type,
        sum(backlog_count) as backlog_count
    from {{ ref('gold_kpi_backlog') }}
    group by all
),

volume as (
    select
        day,
        pqrs_type,
        sum(tickets_count) as created_count
    from {{ ref('gold_kpi_volume') }}
    group by all
),

moves as (
    select
        day,
        pqrs_type,
        sum(transitions_count) filter (where status_to = 'CLOSED') as closings_count,
        sum(transitions_count) filter (where status_to = 'REOPENED') as reopenings_count
    from {{ ref('gold_kpi_status_transitions') }}
    group by all
),

balanced as (
    select
        backlog.day,
        backlog.pqrs_type,
        -- Unknown on the first day that gold computes, unless the world begins there.
        backlog.backlog_count
        - coalesce(
            lag(backlog.backlog_count) over (
                partition by backlog.pqrs_type order by backlog.day
            ),
            if(backlog.day = world.first_day, 0, null)
        ) as change_count,
        volume.created_count - moves.closings_count + moves.reopenings_count as flow_count
    from backlog
    inner join volume using (day, pqrs_type)
    inner join moves using (day, pqrs_type)
    cross join {{ source('bronze', 'world') }} as world
)

select * from balanced
where change_count <> flow_count
