"""Build seeds/dim_calendar.csv: Colombia's business days, 2024 to 2028.

Holidays come from the `holidays` package, 0.109 or newer: older ones lack the holiday of
Ley 2578 de 2026 (Our Lady of Chiquinquirá, 9 July, moved to the Monday after).
"""

from datetime import date, timedelta

import holidays

FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2028, 12, 31)
SECONDS_PER_BUSINESS_DAY = 86_400

COLUMNS = (
    "day",
    "is_business_day",
    "holiday_name",
    "business_day_index",
    "business_seconds_before",
    "iso_week",
    "month",
)


def rows() -> list[tuple[str, ...]]:
    """Return one row per day in the order of COLUMNS.

    `business_day_index` counts business days up to and including the day;
    `business_seconds_before` is the business time from FIRST_DAY 00:00 to the day's 00:00.
    """
    years = range(FIRST_DAY.year, LAST_DAY.year + 1)
    named = holidays.country_holidays("CO", years=years, language="es")
    result = []
    business_days = 0
    day = FIRST_DAY
    while day <= LAST_DAY:
        name = named.get(day, "")
        is_business_day = day.weekday() < 5 and not name
        seconds_before = business_days * SECONDS_PER_BUSINESS_DAY
        business_days += is_business_day
        iso = day.isocalendar()
        result.append(
            (
                day.isoformat(),
                "true" if is_business_day else "false",
                name,
                str(business_days),
                str(seconds_before),
                f"{iso.year}-W{iso.week:02d}",
                f"{day:%Y-%m}",
            )
        )
        day += timedelta(days=1)
    return result
