"""The files that were delivered and went wrong, each with its right value."""

import pytest

from orchestration.ingest.account import DeliveryRefused
from orchestration.ingest.life import life
from tests.unit.ingest.delivering import example, names, reasons

LIMIT_PCT = 1.0


def test_one_date_in_another_notation_is_one_row_in_quarantine() -> None:
    found = example("01-one-date-in-another-notation.csv")
    assert reasons(found) == [("TIME_FORMAT", 62)]
    assert (found.account.rows, found.account.cases) == (61, 60)
    assert found.findings[0].value == "2025/03/04"
    assert found.findings[0].accepted == "%d/%m/%Y %H:%M, %d/%m/%Y"
    found.require_acceptable(LIMIT_PCT)


def test_a_case_answered_on_its_day_ends_closed_on_it() -> None:
    found = example("02-answered-the-same-day.csv")
    assert reasons(found) == [("CLOSED_BEFORE_CREATED", 4)]
    found.require_acceptable(LIMIT_PCT)
    for case in found.cases:
        steps = list(life(case.dates))
        instants = [at for _, at, _ in steps]
        assert instants == sorted(set(instants))
        assert steps[-1][0] == "CLOSED"
        assert case.dates.closed is not None
        assert steps[-1][1].date() == case.dates.closed.at.date()
    assert names(found) == ["C-1", "C-2", "C-4", "C-5"]


def test_a_quote_that_is_never_closed_is_named_and_swallows_no_row() -> None:
    found = example("03-quote-never-closed.csv")
    assert reasons(found) == [("QUOTE_NOT_CLOSED", 5), ("QUOTE_NOT_CLOSED", 6)]
    assert names(found) == ["T-1", "T-4", "T-5", "T-6", "T-7"]
    with pytest.raises(DeliveryRefused, match=r"2 of 7 rows[\s\S]*csv:6"):
        found.require_acceptable(LIMIT_PCT)


def test_a_number_used_twice_and_an_empty_one_are_named() -> None:
    found = example("06-number-used-twice-and-empty.csv")
    assert reasons(found) == [
        ("KEY_REUSED", 6), ("KEY_REUSED", 7), ("KEY_EMPTY", 8), ("KEY_EMPTY", 9),
    ]  # fmt: skip
    assert (found.account.cases, found.account.merged) == (2, 2)
    assert found.cases[0].text == "Traslado a Salud"


def test_an_official_name_needs_no_mapping() -> None:
    found = example("07-municipality-not-in-mapping.csv")
    assert found.account.cases == 100
    assert found.reader is not None
    assert found.reader.matched["San José de Cúcuta", "54001 San José de Cúcuta", "name"] == 8


def test_half_days_are_read() -> None:
    found = example("08-am-pm-and-serials.csv")
    assert [case.dates.created.at.strftime("%H:%M") for case in found.cases] == [
        "08:42", "00:05", "15:25", "15:25",
    ]  # fmt: skip


def test_a_byte_order_mark_never_decides() -> None:
    assert names(example("09-byte-order-mark.csv")) == ["E-1", "E-2"]


def test_rows_of_another_width_are_named_and_repeated_headers_skipped() -> None:
    found = example("11-rows-of-another-width.csv")
    assert reasons(found) == [("COLUMN_COUNT", 2), ("COLUMN_COUNT", 3)]
    assert found.account.skipped == {"BLANK_ROW": 1, "REPEATED_HEADER": 1, "TOTAL_ROW": 1}
    assert names(found) == ["R-3", "R-4"]
