-- Every row of silver_attachments is counted in its case.
{{ config(tags=['silver']) }}

with counted as (
    select
        (select sum(attachments_count) from {{ ref('silver_tickets') }}) as counted_rows,
        (select count(*) from {{ ref('silver_attachments') }}) as written_rows
)

select * from counted
where coalesce(counted_rows, 0) <> written_rows
