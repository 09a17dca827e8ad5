-- Grain: one row per batch and day and type.
select
    batch_id,
    day,
    pqrs_type,
    cast(responses_count as integer) as responses_count,
    cast(avg_hours_to_first_response as numeric(12, 2)) as avg_hours_to_first_response,
    cast(median_hours_to_first_response as numeric(12, 2)) as median_hours_to_first_response,
    cast(p90_hours_to_first_response as numeric(12, 2)) as p90_hours_to_first_response,
    cast(responses_count_avg_7d as numeric(12, 2)) as responses_count_avg_7d,
    cast(responses_count_change_1d as integer) as responses_count_change_1d,
    cast(responses_count_change_7d as integer) as responses_count_change_7d
from {{ ref('publish_kpi_first_response') }}
