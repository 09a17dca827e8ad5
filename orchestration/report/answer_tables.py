"""The tables of requests for public information and of the time to answer."""

from typing import Any, Final

from orchestration.report.build import TYPES, Builder
from orchestration.report.cube import Span
from orchestration.report.state import figure_table, of_spans
from orchestration.report.table import Table
from orchestration.report.words import change_pct, share

# The subtype of requests for access to public information.
_INFORMATION: Final = "informacion"
_DAYS: Final = ("avg_days", "median_days", "p90_days")


def answer_tables(build: Builder) -> list[Table]:
    """Requests for public information, and the time to answer by type."""
    return [_information(build), _times(build)]


def _information(build: Builder) -> Table:
    """What Decreto 1081 asks for, of the requests that it asks about."""
    came, answers = build.figures.received, build.figures.handling.answers

    def answered(span: Span, position: int) -> Any:
        found = answers.at(span, "of_subtype", _INFORMATION)
        return found[position] if found else 0 if position == 0 else None

    def ended(span: Span, outcome: str) -> int | None:
        return build.count(answers, span, "of_subtype_outcome", _INFORMATION, outcome)

    return figure_table(
        build,
        "information",
        [
            (
                "received",
                "count",
                of_spans(lambda span: build.count(came, span, "of_subtype", _INFORMATION)),
            ),
            ("answers", "count", of_spans(lambda span: answered(span, 0))),
            (
                "answers_within_pct",
                "pct",
                of_spans(lambda span: share(answered(span, 1) or 0, answered(span, 0))),
            ),
            ("transferred", "count", of_spans(lambda span: ended(span, "TRANSFERRED"))),
            ("denied", "count", of_spans(lambda span: ended(span, "DENIED"))),
            ("answer", "days", of_spans(lambda span: answered(span, 3))),
            ("answer_median", "days", of_spans(lambda span: answered(span, 4))),
            ("answer_p90", "days", of_spans(lambda span: answered(span, 5))),
        ],
    )


def _times(build: Builder) -> Table:
    found = build.figures.handling.answers
    rows: list[tuple[Any, ...]] = []
    for kind in (*TYPES, None):
        key: tuple[Any, ...] = ("type", kind) if kind else ("all",)
        name = build.called("type", kind) if kind else build.word("total")
        count, _, _, *days = found.at("now", *key) or (0, 0, 0, None, None, None)
        before = found.at("before", *key) if build.has_before else None
        mean = before[3] if before else None
        rows.append((name, count, *days, mean, change_pct(days[0], mean)))
    columns = ["answers", *_DAYS, "avg_days_before", "change_pct"]
    return build.table("answer", ["type", *columns], rows, has_total=True)
