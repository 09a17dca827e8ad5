"""The address of a page: what it says is what was chosen, and what nobody can choose is named."""

from datetime import date

import pytest

from orchestration.dashboard.filters import (
    DEFAULT_SPAN,
    Filters,
    Period,
    Span,
    address_of,
    parse_filters,
    periods,
)

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 30)
DEPARTMENTS = {"05": "Antioquia", "11": "Bogotá, D.C."}
OFFICES = {"D1": "Atención al ciudadano", "unassigned": "unassigned"}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters("en", 7, types=("P",)),
        Filters("es", 90, types=("Q", "S")),
        Filters(channels=("email", "call"), priorities=("alta",), departments=("05",)),
        Filters(offices=("D1", "unassigned")),
        Filters("en", first=date(2025, 9, 3), last=date(2025, 9, 9)),
    ],
)
def test_an_address_gives_its_filters_again(filters: Filters) -> None:
    assert parse_filters(address_of(filters), DEPARTMENTS, OFFICES) == (filters, ())


def test_the_usual_choice_leaves_a_clean_address() -> None:
    assert address_of(Filters()) == {}


@pytest.mark.parametrize(
    ("address", "ignored"),
    [
        ({"lang": "fr"}, ("lang=fr",)),
        ({"dias": "8"}, ("dias=8",)),
        ({"dias": "x'; drop"}, ("dias=x'; drop",)),
        ({"tipo": "Z,"}, ("tipo=Z",)),
        ({"depto": "99"}, ("depto=99",)),
        ({"canal": "<b>"}, ("canal=<b>",)),
        ({"dependencia": "D9"}, ("dependencia=D9",)),
        ({"desde": "2025-09-09"}, ("desde=2025-09-09",)),
        ({"desde": "2025-09-09", "hasta": "x"}, ("desde=2025-09-09", "hasta=x")),
        (
            {"desde": "2025-09-09", "hasta": "2025-09-01"},
            ("desde=2025-09-09", "hasta=2025-09-01"),
        ),
        ({"other": "1"}, ("other=1",)),
        ({"caso": "1"}, ()),
        ({}, ()),
    ],
)
def test_what_nobody_can_choose_is_not_used_and_is_named(
    address: dict[str, str], ignored: tuple[str, ...]
) -> None:
    assert parse_filters(address, DEPARTMENTS, OFFICES, ("caso",)) == (Filters(), ignored)


def test_what_can_be_chosen_is_used_beside_what_cannot() -> None:
    filters, ignored = parse_filters({"tipo": "Q,Z", "dias": "30"}, DEPARTMENTS, OFFICES)
    assert (filters, ignored) == (Filters(span=30, types=("Q",)), ("tipo=Z",))


def test_filters_say_which_of_them_leave_cases_out() -> None:
    assert Filters().selective == set()
    assert Filters(types=("P",), channels=("email",)).selective == {"type", "channel"}
    assert Filters(types=("P",), channels=("email",)).narrowed == {"channel"}


def test_a_period_and_the_one_before_have_the_same_length() -> None:
    span = periods(FIRST, LAST, Filters(span=7))
    assert span == Span(
        Period(date(2025, 9, 24), LAST), Period(date(2025, 9, 17), date(2025, 9, 23)), 7
    )
    assert not span.is_partial


def test_a_period_longer_than_the_world_is_the_world_and_is_partial() -> None:
    span = periods(FIRST, LAST, Filters(span=90))
    assert span == Span(Period(FIRST, LAST), None, 90)
    assert span.is_partial


def test_a_period_before_the_world_is_not_compared_with() -> None:
    full, short = (periods(FIRST, last, Filters()) for last in (LAST, date(2025, 9, 20)))
    assert full
    assert full.before
    assert short
    assert not short.before
    assert short.now.length == DEFAULT_SPAN


def test_own_days_are_cut_to_what_is_published() -> None:
    asked = Filters(first=date(2025, 9, 25), last=date(2025, 10, 4))
    span = periods(FIRST, LAST, asked)
    assert span
    assert span.now == Period(date(2025, 9, 25), LAST)
    assert span.is_partial


@pytest.mark.parametrize("month", [8, 10])
def test_days_that_are_not_published_make_no_period(month: int) -> None:
    asked = Filters(first=date(2025, month, 2), last=date(2025, month, 9))
    assert periods(FIRST, LAST, asked) is None
