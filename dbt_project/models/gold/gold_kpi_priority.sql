-- Grain: one row per day and priority.

with priorities as (
    select priority_id as priority from {{ ref('dim_priority') }}
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

{{ kpis_by('priorities', ['priority']) }}

select * from kpis
