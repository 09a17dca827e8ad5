-- Grain: one row per day, channel and pqrs_type.

with days as (
    select * from {{ ref('gold_days') }}
),

channels as (
    select channel_id as channel from {{ ref('dim_channel') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

created as (
    select
        created_day as day,
        source_channel as channel,
        pqrs_type,
        count(*) as tickets_count
    from {{ ref('silver_tickets') }}
    group by all
),

counted as (
    select
        days.day,
        channels.channel,
        types.pqrs_type,
        coalesce(created.tickets_count, 0) as tickets_count
    from days
    cross join channels
    cross join types
    left join created using (day, channel, pqrs_type)
),

final as (
    select
        *,
        {{ trend_columns('tickets_count', ['channel', 'pqrs_type']) }}
    from counted
)

select * from final
