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

counted as (
    {{ kpis_by('departments', ['department']) }}
),

final as (
    select
        counted.day,
        codes.dane_department_code,
        counted.* exclude (day)
    from counted
    inner join codes on counted.department = codes.department
)

select * from final
