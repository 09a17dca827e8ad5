-- Grain: one row per day, pqrs_type and age band: open cases by their age in business days.

with days as (
    select * from {{ ref('gold_days') }}
),

types as (
    select type_id as pqrs_type from {{ ref('dim_pqrs_type') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

business_days as (
    select * from calendar
    where is_business_day
),

bands as (
    select
        unnest([1, 2, 3, 4, 5]) as age_band_order,
        unnest(['0-5', '6-10', '11-15', '16-30', '>30']) as age_band,
        unnest([0, 6, 11, 16, 31]) as from_days,
        unnest([5, 10, 15, 30, null]) as to_days
),

open_spans as (
    select
        spans.*,
        calendar.business_day_index as created_index
    from {{ ref('gold_status_spans') }} as spans
    inner join calendar on spans.created_day = calendar.day
    where spans.is_open
),

-- A case is in a band from the business day on which it reaches it to the eve of the next band.
banded_spans as (
    select
        open_spans.pqrs_type,
        bands.age_band_order,
        if(
            bands.from_days > 0 and band_starts.day > open_spans.first_day,
            band_starts.day,
            open_spans.first_day
        ) as first_day,
        least(open_spans.last_day, next_starts.day - 1) as last_day
    from open_spans
    cross join bands
    left join business_days as band_starts
        on open_spans.created_index + bands.from_days = band_starts.business_day_index
    left join business_days as next_starts
        on open_spans.created_index + bands.to_days + 1 = next_starts.business_day_index
),

lived_spans as (
    select * from banded_spans
    where first_day <= last_day
),

changes as (
    {{ stretch_changes(
        'lived_spans', 'first_day', ['pqrs_type', 'age_band_order'], {'aged_count': '1'}
    ) }}
),

final as (
    select
        days.day,
        types.pqrs_type,
        bands.age_band_order,
        bands.age_band,
        {{ running_total('changes.aged_count', ['pqrs_type', 'age_band_order']) }} as open_count
    from days
    cross join types
    cross join bands
    left join changes using (day, pqrs_type, age_band_order)
)

select * from final
