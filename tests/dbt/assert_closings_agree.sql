-- Four tables count the day's closings of a type, each in its own way.
{{ config(tags=['gold']) }}

with sla as (
    select
        day,
        pqrs_type,
        closings_count as sla_count
    from {{ ref('gold_kpi_sla') }}
),

close_time as (
    select
        day,
        pqrs_type,
        closings_count
    from {{ ref('gold_kpi_close_time') }}
),

matrix as (
    select
        day,
        pqrs_type,
        sum(transitions_count) as matrix_count
    from {{ ref('gold_kpi_status_transitions') }}
    where status_to = 'CLOSED'
    group by all
),

variants as (
    select
        day,
        pqrs_type,
        sum(closings_count) as variants_count
    from {{ ref('gold_kpi_flow_variants') }}
    group by all
)

select *
from sla
inner join close_time using (day, pqrs_type)
inner join matrix using (day, pqrs_type)
left join variants using (day, pqrs_type)
where
    sla_count <> closings_count
    or sla_count <> matrix_count
    or sla_count <> coalesce(variants_count, 0)
