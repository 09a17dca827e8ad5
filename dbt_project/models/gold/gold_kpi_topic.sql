-- Grain: one row per day, region and topic; sin_tema are the cases without a clear topic.

with days as (
    select * from {{ ref('gold_days') }}
),

world as (
    select * from {{ source('bronze', 'world') }}
),

regions as (
    select distinct region from {{ ref('dim_geo') }}
),

topics as (
    select unnest([
        'salud', 'servicios_publicos', 'vias_e_infraestructura', 'educacion',
        'subsidios_y_programas_sociales', 'tramites_y_documentos', 'impuestos_y_cobros',
        'seguridad_y_convivencia', 'ambiente', 'atencion_al_ciudadano', 'sin_tema'
    ]) as topic
),

-- A case counts once, also where two versions read it.
told as (
    select distinct
        day,
        ticket_id,
        region,
        last_value(coalesce(topic, 'sin_tema')) over (
            partition by ticket_id order by model_version
            rows between unbounded preceding and unbounded following
        ) as topic
    from {{ ref('silver_case_topics') }}
),

totals as (
    select
        day,
        region,
        topic,
        count(*) as cases_count
    from told
    group by all
),

-- The week that ends with the day, and the week before: they may begin before the days of gold.
weeks as (
    select
        days.day,
        totals.region,
        totals.topic,
        cast(sum(totals.cases_count) filter (where totals.day = days.day) as bigint) as cases_count,
        cast(sum(totals.cases_count) filter (where totals.day > days.day - 7) as bigint)
            as week_count,
        cast(sum(totals.cases_count) filter (where totals.day <= days.day - 7) as bigint)
            as week_before_count
    from days
    inner join totals on totals.day between days.day - 13 and days.day
    group by all
),

counted as (
    select
        days.day,
        regions.region,
        topics.topic,
        coalesce(weeks.cases_count, 0) as cases_count,
        coalesce(weeks.week_count, 0) as week_count,
        coalesce(weeks.week_before_count, 0) as week_before_count,
        -- A week that began before the world did has fewer days, and everything grows against it.
        days.day - 13 >= world.first_day as has_week_before
    from days
    cross join world
    cross join regions
    cross join topics
    left join weeks using (day, region, topic)
),

final as (
    select
        * exclude (has_week_before),
        if(
            has_week_before,
            cast(
                100.0 * (week_count - week_before_count) / nullif(week_before_count, 0)
                as decimal(12, 2)
            ),
            null
        ) as growth_percent,
        -- Half as many again as the week before, and enough of them that it is not chance.
        has_week_before
        and topic <> 'sin_tema'
        and week_before_count >= 10 and 2 * week_count >= 3 * week_before_count as is_emerging
    from counted
)

select * from final
