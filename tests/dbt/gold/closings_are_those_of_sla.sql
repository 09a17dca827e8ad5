-- Three datasets count the closings of a type on a day, each in its own way.
{{ config(tags=['gold']) }}

with close_time as (
    select
        day,
        pqrs_type,
        closings_count
    from {{ ref('gold_kpi_close_time') }}
),

sla as (
    select
        day,
        pqrs_type,
        closings_count
    from {{ ref('gold_kpi_sla') }}
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
from close_time
inner join sla using (day, pqrs_type)
inner join matrix using (day, pqrs_type)
left join variants using (day, pqrs_type)
where
    close_time.closings_count <> sla.closings_count
    or close_time.closings_count <> matrix_count
    or close_time.closings_count <> coalesce(variants_count, 0)
