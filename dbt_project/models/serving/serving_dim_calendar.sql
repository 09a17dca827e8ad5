-- Grain: one row per batch and day.
select
    batch_id,
    day,
    is_business_day,
    holiday_name,
    cast(business_day_index as integer) as business_day_index,
    cast(business_seconds_before as bigint) as business_seconds_before,
    iso_week,
    month
from {{ ref('publish_dim_calendar') }}
