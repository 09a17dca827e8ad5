-- Grain: one row per day of closing and pqrs_type: who had waited for whom.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

measured as (
    select
        day,
        pqrs_type,
        count(*) as closings_count,
        {{ duration_columns('citizen_seconds', 'hours_waiting_citizen', 3600) }},
        {{ duration_columns('citizen_business_seconds', 'business_days_waiting_citizen', 86400) }},
        {{ duration_columns('entity_seconds', 'hours_waiting_entity', 3600) }},
        {{ duration_columns('entity_business_seconds', 'business_days_waiting_entity', 86400) }}
    from {{ ref('gold_closing_waits') }}
    group by all
),

final as (
    select
        days.day,
        types.pqrs_type,
        coalesce(measured.closings_count, 0) as closings_count,
        measured.* exclude (day, pqrs_type, closings_count)
    from days
    cross join types
    left join measured on days.day = measured.day and types.pqrs_type = measured.pqrs_type
)

select * from final
