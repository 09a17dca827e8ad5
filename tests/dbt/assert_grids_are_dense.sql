-- Zero counts are rows: a missing row reads as "no data", and breaks moving means.
{{ config(tags=['gold'], group='kpis') }}

with expected as (
    select
        count(*) as days_count,
        (select count(*) from {{ ref('dim_pqrs_type') }}) as types_count,
        (select count(*) from {{ ref('dim_channel') }}) as channels_count,
        (select count(distinct region) from {{ ref('dim_geo') }}) as regions_count,
        (select count(distinct department) from {{ ref('dim_geo') }}) as departments_count,
        (select count(*) from {{ ref('dim_geo') }}) as municipalities_count,
        (select count(*) from {{ ref('dim_priority') }}) as priorities_count,
        (select count(*) from {{ ref('dim_status_transition') }}) as transitions_count
    from {{ ref('gold_days') }}
),

counted as (
    {{ grid_sizes('expected', {
        'gold_kpi_volume': 'types_count * channels_count',
        'gold_kpi_backlog': 'types_count * regions_count',
        'gold_kpi_sla': 'types_count',
        'gold_kpi_sla_cohort': 'types_count',
        'gold_kpi_first_response': 'types_count',
        'gold_kpi_close_time': 'types_count',
        'gold_kpi_ageing': 'types_count * 5',
        'gold_kpi_status_transitions': 'types_count * transitions_count',
        'gold_kpi_priority': 'priorities_count',
        'gold_kpi_department': 'departments_count',
        'gold_kpi_municipality': 'municipalities_count',
    }) }}
)

select * from counted
where expected_count <> found_count
