-- Grain: one row per batch and day, type and age band.
select
    batch_id,
    day,
    pqrs_type,
    cast(age_band_order as integer) as age_band_order,
    age_band,
    cast(open_count as integer) as open_count
from {{ ref('publish_kpi_ageing') }}
