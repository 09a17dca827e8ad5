-- Grain: one row per day and priority.

with priorities as (
    select priority_id as priority from {{ ref('dim_priority') }}
),

counted as (
    {{ kpis_by('priorities', ['priority']) }}
)

select * from counted
