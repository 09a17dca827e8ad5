-- The rows of an object do not say which run wrote them; its batch does.
select
    served.*,
    (
        select batches.run_id
        from meta.batches as batches
        where batches.batch_id = served.batch_id
    ) as run_id
from ({{ served('silver_preclassification') }}) as served
