-- Grain: one row per batch and due day and type.
select
    batch_id,
    day,
    pqrs_type,
    cast(due_count as integer) as due_count,
    cast(in_term_count as integer) as in_term_count,
    cast(late_count as integer) as late_count,
    cast(open_count as integer) as open_count,
    cast(in_term_pct as numeric(5, 2)) as in_term_pct
from {{ ref('publish_kpi_sla_cohort') }}
