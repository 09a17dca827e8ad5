-- Grain: one row per day and pqrs_type: the five KPIs, of which three datasets show their columns.

with types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
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

{{ kpis_by('types', ['pqrs_type']) }}

select * from kpis
