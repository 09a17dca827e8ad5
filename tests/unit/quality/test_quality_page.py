"""The page of `pqr quality --html` counts as the dashboard and the report do."""

from datetime import UTC, date, datetime
from uuid import UUID

from orchestration.quality.report.page import html_page
from orchestration.quality.report.read import Row, RunQuality


def page_of(*results: str) -> str:
    at = datetime(2025, 9, 30, tzinfo=UTC)
    rows = tuple(
        Row("gold", "kpi", f"check_{n}", "dbt", "warning", result, None, None, {}, 1, at)
        for n, result in enumerate(results)
    )
    day = date(2025, 9, 30)
    return html_page(RunQuality(UUID(int=1), "PUBLISHED", None, day, day, 1, rows, (), (), {}))


def test_a_check_without_a_basis_is_not_counted_as_passed() -> None:
    page = page_of("PASS", "PASS", "SKIPPED")
    assert " 2 de/of 2 (+ 1 sin base · skipped)" in page


def test_without_a_skipped_check_none_is_named() -> None:
    page = page_of("PASS", "WARN")
    assert " 1 de/of 2 ·" in page
