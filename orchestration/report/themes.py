"""What the cases were about: themes by the words of their first messages."""

from typing import Final

from orchestration.report.build import TYPES, Builder
from orchestration.report.cube import Span
from orchestration.report.table import Table
from orchestration.report.themes_read import Themes
from orchestration.report.words import change_pct, share

_NOBODY_SAYS: Final = "sin_tema"


def theme_tables(build: Builder) -> list[Table]:
    """Cases by theme and type, the most frequent first, those without one last."""
    counts = build.figures.themes
    if not counted(counts, "now"):
        return []
    found = {theme for _, theme, _ in counts}
    ranked = sorted(found, key=lambda one: (one == _NOBODY_SAYS, -counted(counts, "now", one), one))
    rows = [(build.called("theme", theme), *_row(build, theme)) for theme in ranked]
    rows.append((build.word("total"), *_row(build, None)))
    columns = [*(f"type.{kind}" for kind in TYPES), "received", "share_pct"]
    columns += ["received_before", "change_pct"]
    return [build.table("theme", ["theme", *columns], rows, has_total=True)]


def counted(counts: Themes, span: Span, theme: str | None = None, kind: str | None = None) -> int:
    """Cases of a span, of one theme or type or of all."""
    return sum(
        count
        for (at, one, pqrs_type), count in counts.items()
        if at == span and theme in (None, one) and kind in (None, pqrs_type)
    )


def _row(build: Builder, theme: str | None) -> tuple[object, ...]:
    counts = build.figures.themes
    now = counted(counts, "now", theme)
    before = counted(counts, "before", theme) if build.has_before else None
    by_type = (counted(counts, "now", theme, kind) for kind in TYPES)
    return *by_type, now, share(now, counted(counts, "now")), before, change_pct(now, before)
