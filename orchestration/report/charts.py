"""Charts as inline SVG: no script, no request; a title, a description, the table beside them."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final

from orchestration.report.words import Language, written

_WIDTH: Final = 720
_LABEL: Final = 250
_VALUE: Final = 90
_ROW: Final = 24
# Attributes and not classes: libraries that print the page do not style what is inside an SVG.
_COLOURS: Final = ("#0b4f8a", "#d9822b")
_DASHES: Final = ("", 'stroke-dasharray="6 3"')
_SOFT: Final = 'fill="#5a6675" text-anchor="end"'


def bars(
    title: str,
    rows: Sequence[tuple[str, Any]],
    language: Language,
    *,
    name: str,
    measure: str,
    unit: str = "count",
) -> str:
    """Horizontal bars, one per row, each with its label and its figure.

    Args:
        title: What a reader who does not see it is told first.
        rows: Label and value; a value that is not known has no bar.
        language: Of the numbers.
        name: Of the chart within its page, for the ids that the title needs.
        measure: What the bars show, written above them.
        unit: Of the values; shares are drawn up to 100.
    """
    if not rows:
        return ""
    most = Decimal(100) if unit == "pct" else max((Decimal(v or 0) for _, v in rows), default=0)
    scale = Decimal(_WIDTH - _LABEL - _VALUE) / (most or 1)
    body = [f'<text fill="#5a6675" x="{_LABEL}" y="16">{escape(measure)}</text>']
    for index, (label, value) in enumerate(rows, start=1):
        top = index * _ROW
        width = Decimal(value or 0) * scale
        shown = written(value, unit, language)  # type: ignore[arg-type]
        body.append(
            f'<text {_SOFT} x="{_LABEL - 8}" y="{top + 16}">{escape(_short(label))}</text>'
            f'<rect fill="{_COLOURS[0]}" x="{_LABEL}" y="{top + 4}" width="{width:.1f}"'
            ' height="16" rx="2"/>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{top + 16}">{escape(shown)}</text>'
        )
    described = "; ".join(
        f"{label}: {written(value, unit, language)}"  # type: ignore[arg-type]
        for label, value in rows
    )
    text = f"{measure}. {described}"
    return _svg(name, title, text, (len(rows) + 1) * _ROW + 4, "".join(body))


def lines(
    title: str,
    days: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
    language: Language,
    *,
    name: str,
) -> str:
    """One or two lines over days, with their scale; the description has each line's extremes.

    Args:
        title: What a reader who does not see it is told first.
        days: Labels of the points; the first, the middle and the last are written.
        series: A name and one value per day each.
        language: Of the numbers.
        name: Of the chart within its page.
    """
    if not days:
        return ""
    left, top, height, bottom = 56, 30, 180, 24
    most = _round_up(max((max(values) for _, values in series), default=1) or 1)
    step = (_WIDTH - left - 12) / max(len(days) - 1, 1)

    def y(value: float) -> float:
        return top + height - value * height / most

    body = []
    for part in range(5):
        value = most * part // 4
        body.append(
            f'<line stroke="#d5dbe3" x1="{left}" x2="{_WIDTH - 12}"'
            f' y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
            f'<text {_SOFT} x="{left - 6}" y="{y(value) + 4:.1f}">'
            f"{escape(written(value, 'count', language))}</text>"
        )
    for index in sorted({0, (len(days) - 1) // 2, len(days) - 1}):
        anchor = "start" if index == 0 else "end" if index == len(days) - 1 else "middle"
        body.append(
            f'<text x="{left + index * step:.1f}" y="{top + height + 18}" text-anchor="{anchor}">'
            f"{escape(days[index])}</text>"
        )
    described = []
    for number, (label, values) in enumerate(series):
        points = " ".join(f"{left + i * step:.1f},{y(v):.1f}" for i, v in enumerate(values))
        colour = _COLOURS[number]
        at = left + number * 170
        body.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="2" {_DASHES[number]}'
            f' points="{points}"/>'
            f'<rect fill="{colour}" x="{at}" y="6" width="18" height="10" rx="2"/>'
            f'<text x="{at + 24}" y="15">{escape(label)}</text>'
        )
        low, high = (written(figure(values), "count", language) for figure in (min, max))
        described.append(f"{label}: {low} – {high}")
    text = f"{days[0]} – {days[-1]}. {'; '.join(described)}"
    return _svg(name, title, text, top + height + bottom, "".join(body))


def _svg(name: str, title: str, described: str, height: int, body: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" fill="#1b2430"'
        ' font-size="12" font-family="Noto Sans, Arial, DejaVu Sans, sans-serif"'
        f' aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(described)}</desc>{body}</svg>'
    )


def _short(label: str) -> str:
    return label if len(label) <= 38 else label[:37] + "…"


def _round_up(value: int) -> int:
    """The next number that a scale of four steps is easy to read with."""
    size = 4
    while size < value:
        size *= 2 if str(size)[0] in "12" and size * 2 >= value else 5 if size * 5 <= value else 2
    return size
