"""The legal calendar, and the bound that it puts on a case's life."""

from datetime import date, timedelta

import numpy as np
import pytest

from simulator.business_time import DAY, OFFICE_DAY, business_calendar, due_day
from simulator.config.load import LONGEST_LIFE_DAYS
from simulator.errors import RangeError
from simulator.seeds import calendar_days, sla_days


@pytest.mark.parametrize(
    ("radicated", "days", "due"),
    [
        (date(2026, 7, 10), 15, date(2026, 8, 4)),
        (date(2025, 12, 19), 15, date(2026, 1, 14)),
        # Filed on a Saturday: counts as Monday's.
        (date(2025, 9, 6), 1, date(2025, 9, 9)),
    ],
)
def test_a_term_ends_so_many_business_days_after_the_radicated_day(
    radicated: date, days: int, due: date
) -> None:
    assert due_day(radicated, days) == due


def test_the_holiday_of_law_2578_is_kept_from_2026_on() -> None:
    holidays = {day.day for day in calendar_days() if day.holiday_name}
    assert date(2026, 7, 13) in holidays
    assert date(2027, 7, 12) in holidays
    assert date(2025, 7, 14) not in holidays


def test_business_seconds_are_those_of_the_business_days_before() -> None:
    passed = 0
    for day in calendar_days():
        assert day.business_seconds_before == passed, day
        assert day.is_business_day == (day.day.weekday() < 5 and not day.holiday_name), day
        passed += DAY * day.is_business_day


def test_work_seconds_become_office_hours_of_business_days_and_back() -> None:
    calendar = business_calendar()
    work = np.arange(0, 400 * OFFICE_DAY, 7_919)
    local = calendar.from_work(work)
    assert (np.diff(local) > 0).all()
    assert calendar.is_business_day[local // DAY].all()
    assert (calendar.to_work(local) == work).all()


def test_what_happens_out_of_office_hours_waits_for_the_next_opening() -> None:
    calendar = business_calendar()
    saturday = calendar.number(date(2025, 9, 6)) * DAY + 11 * 3_600
    monday = calendar.number(date(2025, 9, 8)) * DAY + 7 * 3_600 + 1_800
    assert calendar.from_work(calendar.to_work(np.array([saturday])))[0] == monday


def test_the_clock_starts_on_the_first_business_day_after_the_radicated_day() -> None:
    calendar = business_calendar()
    saturday = np.array([calendar.number(date(2025, 9, 6)) * DAY + 5])
    tuesday = calendar.number(date(2025, 9, 9)) * DAY
    assert calendar.clock_start(saturday)[0] == calendar.seconds_before[tuesday // DAY]


def test_no_life_can_be_longer_than_the_bound_on_any_day_of_the_calendar() -> None:
    # The longest way: radicated in 8 office hours, 36 business days to the closing, back after
    # five calendar days, 1 + 2.5 + 0.25 business days and the small steps to the second closing,
    # archived nine business days later. A second reopening needs a first pass of 25 days at most.
    calendar = business_calendar()
    first, last = calendar.first, calendar_days()[-1].day - timedelta(days=LONGEST_LIFE_DAYS)
    for offset in range((last - first).days):
        day = calendar.number(first + timedelta(days=offset))
        closed = calendar.business_days[calendar.next_index[day] + 1 + 36 + 1]
        again = calendar.business_days[calendar.next_index[closed + 6] + 5]
        archived = calendar.business_days[calendar.next_index[again] + 9]
        assert archived - day <= LONGEST_LIFE_DAYS, calendar.day(day)


def test_the_law_gives_information_ten_days_and_consultas_thirty() -> None:
    on = date(2025, 9, 1)
    assert sla_days("ley_1755", "P", "general", on) == 15
    assert sla_days("ley_1755", "P", "informacion", on) == 10
    assert sla_days("ley_1755", "P", "consulta", on) == 30
    assert sla_days("ley_1755", "S", "general", on) == 15
    assert sla_days("ley_1755", "P", "general", date(2021, 3, 1)) == 30
    assert [sla_days("academic_v1", t, "general", on) for t in "PQRS"] == [15, 10, 8, 20]


def test_a_day_outside_the_calendar_is_named() -> None:
    with pytest.raises(RangeError, match="2040-01-01"):
        business_calendar().number(date(2040, 1, 1))
