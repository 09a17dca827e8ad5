-- Grain: one row per day, pqrs_type and region.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

regions as (
    select distinct region from {{ ref('dim_geo') }}
),

open_spans as (
    select * from {{ ref('gold_status_spans') }}
    where is_open
),

changes as (
    {{ stretch_changes('open_spans', 'first_day', ['pqrs_type', 'region'], {'opened_count': '1'}) }}
),

counted as (
    select
        days.day,
        types.pqrs_type,
        regions.region,
        {{ running_total('changes.opened_count', ['pqrs_type', 'region']) }} as backlog_count
    from days
    cross join types
    cross join regions
    left join changes using (day, pqrs_type, region)
),

final as (
    select
        *,
        {{ trend_columns('backlog_count', ['pqrs_type', 'region']) }}
    from counted
)

select * from final
