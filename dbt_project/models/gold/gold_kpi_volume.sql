-- Grain: one row per day, channel and pqrs_type.

with days as (
    select * from {{ ref('gold_days') }}
),

channels as (
    select
        channel_id as channel,
        is_default
    from {{ ref('dim_channel') }}
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
        channels.is_default,
        types.pqrs_type,
        coalesce(created.tickets_count, 0) as tickets_count
    from days
    cross join channels
    cross join types
    left join created using (day, channel, pqrs_type)
),

trended as (
    select
        *,
        {{ trend_columns('tickets_count', ['channel', 'pqrs_type']) }}
    from counted
),

-- A channel beyond the default ones has rows on the days on which it brings a case.
final as (
    select * exclude (is_default)
    from trended
    qualify is_default or sum(tickets_count) over (partition by day, channel) > 0
)

select * from final
