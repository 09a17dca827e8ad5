-- Grain: one row per geo_id, of all batches. Only ever added to.
select distinct geo_id
from {{ ref('publish_dim_geo') }}
