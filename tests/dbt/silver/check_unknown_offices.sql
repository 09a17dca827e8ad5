-- Offices that are not in dim_dependencia: a name mistyped, or an office that the list lacks.
-- Judged where the list describes the entity, that is, where it has one of its offices.
{{ config(tags=['silver'], group='cases', severity='warn') }}

with named as (
    select
        events.event_id,
        events.dependencia_id,
        offices.name is not null as is_known,
        bool_or(offices.name is not null) over () as is_described
    from {{ ref('silver_events') }} as events
    left join {{ ref('dim_dependencia') }} as offices
        on events.dependencia_id = offices.dependencia_id
    where events.dependencia_id is not null
)

select * from named
where is_described and not is_known
