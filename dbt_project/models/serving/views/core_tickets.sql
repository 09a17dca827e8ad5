-- Grain: one row per case, with the names that people read.
{{ config(materialized='published_view', schema='core') }}

with tickets as (
    {{ published_rows('serving_tickets') }}
),

channels as (
    {{ published_rows('serving_dim_channel') }}
),

types as (
    {{ published_rows('serving_dim_pqrs_type') }}
),

statuses as (
    {{ published_rows('serving_dim_status') }}
),

municipalities as (
    {{ published_rows('serving_dim_geo') }}
)

select
    tickets.ticket_id,
    tickets.external_id,
    tickets.source_channel,
    channels.name as channel_name,
    tickets.pqrs_type,
    types.name as pqrs_type_name,
    tickets.priority,
    tickets.current_status,
    statuses.name as status_name,
    statuses.is_terminal,
    tickets.geo_id,
    municipalities.region,
    municipalities.department,
    municipalities.municipio,
    tickets.created_at,
    tickets.radicated_at,
    tickets.sla_due_at,
    tickets.closed_at
from tickets
left join channels on tickets.source_channel = channels.channel_id
left join types on tickets.pqrs_type = types.type_id
left join statuses on tickets.current_status = statuses.status_id
left join municipalities on tickets.geo_id = municipalities.geo_id
