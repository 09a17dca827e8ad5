"""The address of the page: what it says is what was chosen, and nothing else gets in."""

from datetime import date

import pytest

from orchestration.dashboard.filters import Filters, Period, address_of, parse_filters, periods

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 30)


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters("en", 7, ("P",)), Filters("es", 90, ("Q", "S")), Filters("en")],
)
def test_an_address_gives_its_filters_again(filters: Filters) -> None:
    assert parse_filters(address_of(filters)) == filters


def test_the_usual_choice_leaves_a_clean_address() -> None:
    assert address_of(Filters()) == {}


@pytest.mark.parametrize(
    "address",
    [{"lang": "fr"}, {"dias": "8"}, {"dias": "x'; drop"}, {"tipo": "Z,"}, {"other": "1"}, {}],
)
def test_what_nobody_could_choose_counts_as_not_chosen(address: dict[str, str]) -> None:
    assert parse_filters(address) == Filters()


def test_a_period_and_the_one_before_have_the_same_length() -> None:
    now, before = periods(FIRST, LAST, 7)
    assert now == Period(date(2025, 9, 24), LAST)
    assert before == Period(date(2025, 9, 17), date(2025, 9, 23))


def test_a_period_longer_than_the_world_is_the_world_and_has_none_before() -> None:
    assert periods(FIRST, LAST, 90) == (Period(FIRST, LAST), None)


def test_a_period_before_the_world_is_not_compared_with() -> None:
    assert periods(FIRST, LAST, 14)[1] is not None
    assert periods(FIRST, date(2025, 9, 20), 14)[1] is None
