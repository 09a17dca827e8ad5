-- Grain: one row per batch and department.
select
    batch_id,
    dane_department_code,
    department,
    cast(geometry as jsonb) as geometry
from {{ ref('publish_dim_department') }}
