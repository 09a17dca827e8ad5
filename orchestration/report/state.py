"""The tables of times, of what is pending, and of places."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from orchestration.report.build import TYPES, Builder
from orchestration.report.cube import Cube, Span
from orchestration.report.standing import BANDS
from orchestration.report.table import Column, Table
from orchestration.report.words import Unit, change_pct, points, share

_TIMES: Final = (
    "avg_days", "median_days", "p90_days", "avg_hours", "median_hours", "p90_hours",
)  # fmt: skip
_MOST_MUNICIPALITIES: Final = 20
_MOST_BARS: Final = 12


def summary(build: Builder) -> Table:
    """The headline figures, with their change against the period before."""
    counts, work = build.figures, build.figures.handling
    rows: list[tuple[str, Unit, tuple[Any, ...]]] = [
        ("received", "count", of_spans(lambda span: build.count(counts.received, span, "all"))),
        ("closings", "count", of_spans(lambda span: build.closings(span, "all")[0])),
        ("within_pct", "pct", of_spans(lambda span: build.closings(span, "all")[3])),
        ("due_pct", "pct", of_spans(lambda span: share(*_due(build, span)))),
        ("first_response", "days", of_spans(lambda span: _mean(counts.response_times, span, 1))),
        ("answer", "days", of_spans(lambda span: _mean(work.answers, span, 3))),
        ("close", "days", of_spans(lambda span: _mean(counts.close_times, span, 1))),
        ("close_median", "days", of_spans(lambda span: _mean(counts.close_times, span, 2))),
        ("pending", "count", tuple(build.standing.pending_on(day) for day in _ends(build))),
        ("overdue", "count", tuple(build.standing.overdue_on(day) for day in _ends(build))),
        ("reopened", "count", of_spans(build.standing.reopenings)),
        *(
            (outcome.lower(), "count", _answered(build, outcome))
            for outcome in ("TRANSFERRED", "DENIED", "WITHDRAWN")
        ),
        ("extensions", "count", of_spans(lambda span: _extended(build, span))),
        ("at_risk", "count", tuple(work.load_on(day)[1] for day in _ends(build))),
    ]
    return figure_table(build, "summary", rows)


def figure_table(
    build: Builder, key: str, rows: Sequence[tuple[str, Unit, tuple[Any, ...]]]
) -> Table:
    """A table with a figure per row: its name, its unit, its value now and before."""
    shown = [_figure_row(build, name, unit, *both) for name, unit, both in rows]
    table = build.table(key, ["indicator", "unit", "now", "before", "change_pct"], shown)
    change = Column(build.word("change"), "points")
    return replace(table, columns=(*table.columns[:4], change), units=tuple(row[1] for row in rows))


def time_tables(build: Builder) -> list[Table]:
    """First answer and closing: business days and calendar hours."""
    tables = []
    for key, count, cube in (
        ("first_response", "responses", build.figures.response_times),
        ("close", "closings", build.figures.close_times),
    ):
        rows = []
        for kind in (*TYPES, None):
            found = cube.at("now", "type", kind) if kind else cube.at("now", "all")
            name = build.called("type", kind) if kind else build.word("total")
            rows.append((name, *(found or (0, *[None] * len(_TIMES)))))
        tables.append(build.table(key, ["type", count, *_TIMES], rows, has_total=True))
    return tables


def pending_tables(build: Builder) -> list[Table]:
    """The balance of pending cases and their age."""
    first, last = build.figures.coverage.first_day, build.figures.period.last
    eve = first - timedelta(days=1)
    balance, ages = [], []
    for kind in (*TYPES, None):
        name = build.called("type", kind) if kind else build.word("total")
        key: tuple[Any, ...] = ("type", kind) if kind else ("all",)
        balance.append(
            (
                name,
                build.standing.pending_on(eve, kind=kind),
                build.figures.received.count("now", *key),
                build.standing.reopenings("now", kind),
                build.figures.closed.count("now", *key),
                build.standing.pending_on(last, kind=kind),
                build.standing.overdue_on(last, kind),
            )
        )
        bands = [_aged(build, kind, band) for band in BANDS]
        ages.append((name, *bands, sum(bands)))
    columns = ["opening", "received", "reopened", "closings", "pending", "overdue"]
    band_names = [f"band.{band}" for band in BANDS]
    shown = list(zip(map(build.word, band_names), ages[-1][1:-1], strict=True))
    chart = build.bars("ageing", shown, "pending")
    return [
        build.table("balance", ["type", *columns], balance, has_total=True),
        build.table(
            "ageing", ["type", *band_names, "total"], ages, has_total=True, charts=(chart,)
        ),
    ]


def place_tables(build: Builder) -> list[Table]:
    """By priority, region, department and municipality."""
    geography = build.standing.geography
    end = build.figures.period.last
    columns = ["received", "share_pct", "closings", "within", "late", "within_pct", "pending"]
    priorities = [
        (build.called("priority", name), *_place(build, "priority", name))
        for name in ("alta", "media", "baja")
    ]
    regions = [
        (name, *_worked(build, "region", name), build.standing.pending_on(end, region=name))
        for name in sorted({place[0] for place in geography.values()})
    ]
    departments = [
        (name, *_place(build, "department", name))
        for name in sorted({place[1] for place in geography.values()})
    ]
    departments.sort(key=lambda row: (-row[1], row[0]))
    towns = [
        (geo_id, place[2], place[1], *figures)
        for geo_id, place in sorted(geography.items())
        if any((figures := _place(build, "municipality", geo_id))[i] for i in (0, 2, 6))
    ]
    towns.sort(key=lambda row: (-row[3], row[0]))
    return [
        build.table("priority", ["priority", *columns, "overdue"], priorities),
        build.table("region", ["region", *columns], regions),
        build.table(
            "department",
            ["department", *columns, "overdue"],
            departments,
            charts=(
                build.bars("department", [row[:2] for row in departments[:_MOST_BARS]], "received"),
            ),
        ),
        build.table(
            "municipality",
            ["geo_id", "municipality", "department", *columns, "overdue"],
            towns,
            most_shown=_MOST_MUNICIPALITIES,
        ),
    ]


def _figure_row(
    build: Builder, name: str, unit: Unit, now: Any, before: Any
) -> tuple[str, str, Any, Any, Any]:
    if not build.has_before:
        before = None
    change = points(now, before) if unit == "pct" else change_pct(now, before)
    return build.word(f"indicator.{name}"), build.word(f"unit.{unit}"), now, before, change


def of_spans(figure: Callable[[Span], Any]) -> tuple[Any, ...]:
    """A figure of the period and of the one before."""
    return figure("now"), figure("before")


def _answered(build: Builder, outcome: str) -> tuple[Any, ...]:
    return of_spans(
        lambda span: build.count(build.figures.handling.answers, span, "outcome", outcome)
    )


def _extended(build: Builder, span: Span) -> int | None:
    return build.count(build.figures.handling.extensions, span, "all")


def _mean(cube: Cube, span: Span, position: int) -> Any:
    found = cube.at(span, "all")
    return found[position] if found else None


def _due(build: Builder, span: Span) -> tuple[int, int]:
    due, within, *_ = build.standing.due(span)
    return within, due


def _ends(build: Builder) -> tuple[Any, Any]:
    period = build.figures.period
    return period.last, period.before().last


def _aged(build: Builder, kind: str | None, band: str) -> int:
    ageing = build.standing.ageing
    return sum(ageing.get((name, band), 0) for name in ((kind,) if kind else TYPES))


def _worked(build: Builder, dimension: str, name: str) -> tuple[Any, ...]:
    return *build.change_row(dimension, name)[:2], *build.closings("now", dimension, name)


def _place(build: Builder, dimension: str, name: str) -> tuple[Any, ...]:
    standing = build.standing.places.get((dimension, name), (0, 0))
    return *_worked(build, dimension, name), *standing
