-- Grain: one row per day and department: the five KPIs where they happen.

with departments as (
    select distinct department from {{ ref('dim_geo') }}
),

codes as (
    select distinct
        department,
        dane_department_code
    from {{ ref('dim_geo') }}
),

days as (
    select * from {{ ref('gold_days') }}
),

spans as (
    select * from {{ ref('gold_status_spans') }}
),

tickets as (
    select * from {{ ref('silver_tickets') }}
),

closings as (
    select * from {{ ref('gold_closings') }}
),

responses as (
    select * from {{ ref('gold_first_responses') }}
),

{{ kpis_by('departments', ['department']) }},

final as (
    select
        kpis.day,
        codes.dane_department_code,
        kpis.* exclude (day)
    from kpis
    inner join codes on kpis.department = codes.department
)

select * from final
