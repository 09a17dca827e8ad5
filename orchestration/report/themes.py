"""What the cases were about: themes by the words of their first messages."""

from typing import Final

from orchestration.report.build import Builder
from orchestration.report.cube import Span
from orchestration.report.table import Table
from orchestration.report.themes_read import Themes
from orchestration.report.words import change_pct, share

_NOBODY_SAYS: Final = "sin_tema"


def theme_tables(build: Builder) -> list[Table]:
    """Cases by theme, the most frequent first, those without one last."""
    counts = build.figures.themes
    found = {theme for _, theme in counts}
    total = _total(counts, "now")
    if not total:
        return []
    ranked = sorted(found, key=lambda one: (one == _NOBODY_SAYS, -counts.get(("now", one), 0), one))
    rows = [
        (build.called("theme", theme), *_row(build, counts.get(("now", theme), 0), total, theme))
        for theme in ranked
    ]
    rows.append((build.word("total"), *_row(build, total, total, None)))
    columns = ["received", "share_pct", "received_before", "change_pct"]
    return [build.table("theme", ["theme", *columns], rows, has_total=True)]


def _row(build: Builder, now: int, total: int, theme: str | None) -> tuple[object, ...]:
    counts = build.figures.themes
    before = None
    if build.has_before:
        before = counts.get(("before", theme), 0) if theme else _total(counts, "before")
    return now, share(now, total), before, change_pct(now, before)


def _total(counts: Themes, span: Span) -> int:
    return sum(count for (at, _), count in counts.items() if at == span)
