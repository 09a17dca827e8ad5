-- Grain: one row per radicated case: the term that the policy in force gives it, and from when.

with radications as (
    select * from {{ ref('silver_transitions') }}
    where is_valid and status_to = 'RADICATED'
),

cases as (
    select * from {{ ref('silver_cases') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

business_days as (
    select * from calendar
    where is_business_day
),

policies as (
    select * from {{ ref('dim_sla_policy') }}
    where policy_id = '{{ var("sla_policy") }}'
),

-- What arrives on a day off counts as arrived on the next business day.
arrivals as (
    select
        radications.ticket_id,
        radications.ts as radicated_at,
        cases.pqrs_type,
        cases.subtype,
        calendar.is_business_day,
        calendar.business_day_index + if(calendar.is_business_day, 0, 1) as arrival_index
    from radications
    inner join cases on radications.ticket_id = cases.ticket_id
    left join calendar on radications.day = calendar.day
),

-- A term for the subtype goes before the term for the type.
governed as (
    select
        arrivals.*,
        coalesce(own.policy_id, general.policy_id) as policy_id,
        coalesce(own.business_days, general.business_days) as sla_days,
        coalesce(own.stops_at, general.stops_at) as stops_at,
        coalesce(own.cutoff_hour, general.cutoff_hour) as cutoff_hour
    from arrivals
    left join business_days as arrival on arrivals.arrival_index = arrival.business_day_index
    left join policies as own
        on
            arrivals.pqrs_type = own.pqrs_type
            and arrivals.subtype = own.subtype
            and arrival.day between own.valid_from and coalesce(own.valid_to, date '9999-12-31')
    left join policies as general
        on
            arrivals.pqrs_type = general.pqrs_type
            and general.subtype is null
            and arrival.day between general.valid_from
            and coalesce(general.valid_to, date '9999-12-31')
),

-- After the hour of closing, where a policy has one, a business day is over.
radicated as (
    select
        *,
        arrival_index + if(
            is_business_day
            and hour({{ local_time('radicated_at') }}) >= cutoff_hour,
            1,
            0
        ) as radicated_index
    from governed
),

final as (
    select
        radicated.ticket_id,
        radicated.radicated_at,
        radicated_days.day as radicated_day,
        radicated.policy_id as sla_policy_id,
        radicated.sla_days,
        radicated.stops_at,
        first_days.day as sla_first_day
    from radicated
    left join business_days as radicated_days
        on radicated.radicated_index = radicated_days.business_day_index
    left join business_days as first_days
        on radicated.radicated_index + 1 = first_days.business_day_index
)

select * from final
