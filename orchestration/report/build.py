"""The tables of a report, from its figures, in one language."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from orchestration.report.charts import bars
from orchestration.report.cube import Cube, Span
from orchestration.report.figures import Figures
from orchestration.report.laws import LAWS
from orchestration.report.policy import applied
from orchestration.report.sections import SECTIONS
from orchestration.report.table import Column, Table
from orchestration.report.words import (
    LANGUAGES,
    Language,
    Unit,
    change_pct,
    member,
    points,
    share,
)

TYPES: Final = ("P", "Q", "R", "S")
_TEXT_COLUMNS: Final = (
    "type", "subtype", "channel", "priority", "region", "department", "municipality", "geo_id",
    "month", "indicator", "unit", "outcome", "office", "theme", "petitioner",
)  # fmt: skip
_UNITS: Final[dict[str, Unit]] = {
    "change_pct": "points",
    "change_points": "points",
    "day": "day",
    "share_pct": "pct",
    "within_pct": "pct",
    "within_pct_before": "pct",
    **dict.fromkeys(_TEXT_COLUMNS, "text"),
    **dict.fromkeys(("one_touch_pct", "denied_pct"), "pct"),
    **dict.fromkeys(
        (
            f"{of}{name}"
            for of in ("", "citizen_", "entity_")
            for name in ("avg_days", "median_days", "p90_days", "avg_days_before")
        ),
        "days",
    ),
    **dict.fromkeys(("avg_hours", "median_hours", "p90_hours"), "hours"),
}


class Builder:
    """Makes the tables of one report; `language` is that of all its words."""

    def __init__(self, figures: Figures, language: Language) -> None:
        self.figures = figures
        self.language = language
        self.standing = figures.standing
        self.policy = applied(figures.standing.policies)
        self.has_before = figures.coverage.before is not None

    def word(self, name: str, **values: object) -> str:
        """A word of the report."""
        return self.policy.word(self.language, name, **values)

    def called(self, kind: str, name: str, shown: str = "") -> str:
        """A value of the data as the report names it."""
        return member(self.language, kind, name, shown)

    def table(
        self, key: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], **options: Any
    ) -> Table:
        """A table of `SECTIONS` with these columns."""
        section, at = SECTIONS[key], LANGUAGES.index(self.language)
        return Table(
            name=section.name[at],
            title=section.title[at],
            note=self.policy.note(self.language, key, section.note[at]),
            laws=tuple(LAWS[law][at] for law in self.policy.laws(section.laws)),
            sources=section.sources,
            columns=tuple(Column(self.word(name), _UNITS.get(name, "count")) for name in columns),
            rows=tuple(tuple(row) for row in rows),
            **options,
        )

    def bars(
        self, key: str, rows: Sequence[tuple[Any, ...]], measure: str, unit: Unit = "count"
    ) -> str:
        """A chart of a table of `SECTIONS`; `measure` is the word for what its bars show."""
        title, what = SECTIONS[key].title[LANGUAGES.index(self.language)], self.word(measure)
        return bars(title, rows, self.language, name=key, measure=what, unit=unit)

    def count(self, cube: Cube, span: Span, dimension: str, *members: Any) -> int | None:
        """A count; of a period before that is not published, None."""
        if span == "before" and not self.has_before:
            return None
        return cube.count(span, dimension, *members)

    def change_row(self, dimension: str, *members: Any) -> tuple[Any, ...]:
        """Received, share, received before, change."""
        came = self.figures.received
        now = came.count("now", dimension, *members)
        before = self.count(came, "before", dimension, *members)
        return now, share(now, came.count("now", "all")), before, change_pct(now, before)

    def closings(self, span: Span, dimension: str, *members: Any) -> tuple[Any, ...]:
        """Closings, in term, out of term, share in term; None where not published."""
        if span == "before" and not self.has_before:
            return None, None, None, None
        found = self.figures.closed.at(span, dimension, *members) or (0, 0)
        total, within = int(found[0]), int(found[1])
        return total, within, total - within, share(within, total)


def arrival_tables(build: Builder) -> list[Table]:
    """Received by type, subtype and channel."""
    head = ["received", "share_pct", "received_before", "change_pct"]
    kinds = [(build.called("type", kind), *build.change_row("type", kind)) for kind in TYPES]
    channels = _channels(build)
    by_channel = [
        (
            build.called("channel", channel, build.standing.channels.get(channel, "")),
            *(build.figures.received.count("now", "channel_type", channel, k) for k in TYPES),
            *build.change_row("channel", channel),
        )
        for channel in channels
    ]
    came, everything = build.figures.received, build.change_row("all")
    channel_total = (
        build.word("total"),
        *(came.count("now", "type", kind) for kind in TYPES),
        *everything,
    )
    subtypes = sorted(came.members("subtype") | build.figures.closed.members("subtype"))
    type_columns = [f"type.{kind}" for kind in TYPES]
    return [
        build.table(
            "type",
            ["type", *head],
            [*kinds, (build.word("total"), *everything)],
            has_total=True,
            charts=(build.bars("type", [row[:2] for row in kinds], "received"),),
        ),
        build.table(
            "subtype",
            [
                "type",
                "subtype",
                "received",
                "share_pct",
                "closings",
                "within",
                "late",
                "within_pct",
            ],
            [
                (
                    build.called("type", kind),
                    build.called("subtype", subtype),
                    *build.change_row("subtype", kind, subtype)[:2],
                    *build.closings("now", "subtype", kind, subtype),
                )
                for kind, subtype in subtypes
            ],
        ),
        build.table(
            "channel",
            ["channel", *type_columns, *head],
            [*by_channel, channel_total],
            has_total=True,
            charts=(build.bars("channel", [(row[0], row[5]) for row in by_channel], "received"),),
        ),
    ]


def term_tables(build: Builder) -> list[Table]:
    """In and out of term by day of closing, and the cohort by due day."""
    rows = []
    for kind in (*TYPES, None):
        key: tuple[Any, ...] = ("type", kind) if kind else ("all",)
        now, before = build.closings("now", *key), build.closings("before", *key)
        name = build.called("type", kind) if kind else build.word("total")
        rows.append((name, *now, before[3], points(now[3], before[3])))
    cohort = []
    for kind in (*TYPES, None):
        due, within, late, is_open = build.standing.due("now", kind)
        name = build.called("type", kind) if kind else build.word("total")
        earlier = build.standing.due("before", kind) if build.has_before else (0, 0, 0, 0)
        pct, pct_before = share(within, due), share(earlier[1], earlier[0])
        cohort.append((name, due, within, late, is_open, pct, pct_before, points(pct, pct_before)))
    columns = ["within_pct", "within_pct_before", "change_points"]
    shown = [(row[0], row[4]) for row in rows]
    return [
        build.table(
            "in_term",
            ["type", "closings", "within", "late", *columns],
            rows,
            has_total=True,
            charts=(build.bars("in_term", shown, "within_pct", "pct"),),
        ),
        build.table(
            "cohort",
            ["type", "due", "due_within", "due_late", "due_open", *columns],
            cohort,
            has_total=True,
        ),
    ]


def _channels(build: Builder) -> list[str]:
    """Usual channels and those that the data know, the ones with most cases first."""
    came = build.figures.received
    named = build.standing.usual_channels | {key[0] for key in came.members("channel")}
    return sorted(named, key=lambda name: (-came.count("now", "channel", name), name))
