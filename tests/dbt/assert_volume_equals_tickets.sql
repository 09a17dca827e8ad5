-- A case outside the grid (an unknown channel, a day outside the world) would vanish from the KPI.
{{ config(tags=['gold']) }}

with counted as (
    select
        (select sum(tickets_count) from {{ ref('gold_kpi_volume') }}) as volume_count,
        (select count(*) from {{ ref('silver_tickets') }}) as tickets_count
)

select * from counted
where coalesce(volume_count, 0) <> tickets_count
