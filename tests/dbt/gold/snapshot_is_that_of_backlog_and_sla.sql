-- The snapshot looks at cases, the KPIs sum stretches: both must see the same cases.
{{ config(tags=['gold']) }}

with snapshot as (
    select
        day,
        pqrs_type,
        count(*) as open_count,
        count(*) filter (where is_overdue) as overdue_count,
        sum(sla_elapsed_seconds - sla_days * 86400) filter (where is_overdue) as excess_seconds
    from {{ ref('gold_tickets_snapshot') }}
    group by all
),

backlog as (
    select
        day,
        pqrs_type,
        sum(backlog_count) as open_count
    from {{ ref('gold_kpi_backlog') }}
    group by all
),

compared as (
    select
        backlog.day,
        backlog.pqrs_type,
        backlog.open_count,
        coalesce(snapshot.open_count, 0) as snapshot_open_count,
        sla.overdue_count,
        coalesce(snapshot.overdue_count, 0) as snapshot_overdue_count,
        sla.avg_overdue_days,
        {{ rounded_ratio('snapshot.excess_seconds', '86400 * snapshot.overdue_count') }}
            as snapshot_days
    from backlog
    inner join {{ ref('gold_kpi_sla') }} as sla using (day, pqrs_type)
    left join snapshot using (day, pqrs_type)
    inner join {{ source('bronze', 'world') }} as world on backlog.day >= world.run_first_day
)

select * from compared
where
    open_count <> snapshot_open_count
    or overdue_count <> snapshot_overdue_count
    or avg_overdue_days is distinct from snapshot_days
