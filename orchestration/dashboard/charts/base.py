"""What all charts share: colours, the axis of days, and the language of numbers and days."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import altair as alt

from orchestration.dashboard.filters import Language
from orchestration.dashboard.reading import Rows
from orchestration.dashboard.texts import text
from orchestration.dashboard.theme import Theme

Spec = dict[str, Any]
HEIGHT = 250  # pixels
MAX_LABELS = 8
# What a row of a legend has room for on a telephone, and what the dot and the space of a name take.
LEGEND_LETTERS = 48
LETTERS_OF_A_DOT = 6

_MONTHS_ES = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
_DAYS_ES = ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"]
_LOCALE_ES = {
    "number": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["$", ""]},
    "time": {
        "dateTime": "%A, %e de %B de %Y, %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": _DAYS_ES,
        "shortDays": [day[:3] for day in _DAYS_ES],
        "months": _MONTHS_ES,
        "shortMonths": _MONTHS_ES,
    },
}


def finished(
    chart: alt.TopLevelMixin,
    language: Language,
    theme: Theme,
    height: int = HEIGHT,
    legend_anchor: Literal["start", "end"] = "start",
) -> Spec:
    """The specification with size, colours and language.

    A legend begins where the plot does, or ends where it ends: beside long names the plot of a
    narrow page is shorter than its legend, which then needs the room of the names.
    """
    # Tests validate; doing it again for each reader would double the time of a page.
    spec: Spec = chart.to_dict(validate=False)
    axis = {
        "labelColor": theme.quiet,
        "titleColor": theme.quiet,
        "labelFontSize": 12,
        "labelPadding": 6,
        "gridColor": theme.grid,
        "domainColor": theme.grid,
        "tickColor": theme.grid,
    }
    config: Spec = {
        "font": "Source Sans, sans-serif",
        "view": {"stroke": None},
        "axis": axis,
        "legend": {
            "labelColor": theme.ink,
            "titleColor": theme.quiet,
            "labelFontSize": 12,
            "offset": 8,
            "columnPadding": 14,
            "layout": {"top": {"anchor": legend_anchor}},
        },
        "text": {"color": theme.ink, "fontSize": 12},
    }
    if language == "es":
        config["locale"] = _LOCALE_ES
    return {
        **spec,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": "transparent",
        "config": config,
    }


def data(rows: Rows, **labels: tuple[str, Language]) -> alt.InlineData:
    """Rows as chart data; each label is a new key with the written name of another one's value."""
    values = []
    for row in rows:
        value = {key: plain(cell) for key, cell in row.items()}
        for name, (key, language) in labels.items():
            value[name] = text(language, str(row[key]))
        values.append(value)
    return alt.InlineData(values=values)


def plain(value: Any) -> Any:
    """Days as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value


def day_axis(days: Sequence[date], kind: Literal["T", "O"] = "T") -> alt.X:
    """The axis of days: T a course of time, O a place for each day, which bars stand on."""
    axis = alt.Axis(
        format="%e %b", title=None, grid=False, labelAngle=0, labelOverlap=True, labelSeparation=12
    )
    # In UTC: a browser in Bogotá would show a day read as UTC midnight as the day before.
    if kind == "O":
        return alt.X("utcyearmonthdate(day):O", axis=axis)
    days = sorted(set(days))
    # Otherwise a short period is labelled by the hour,
    axis.values = [day.isoformat() for day in days[:: 1 + len(days) // MAX_LABELS]]
    # and one that begins without a value would begin later than its neighbour's.
    ends = [alt.DateTime(year=d.year, month=d.month, date=d.day, utc=True) for d in days]
    scale = alt.Scale(domain=[ends[0], ends[-1]]) if days else alt.Scale()
    return alt.X("utcyearmonthdate(day):T", axis=axis, scale=scale)


def day_tooltip(language: Language, name: str = "day") -> alt.Tooltip:
    """The day, written out."""
    return alt.Tooltip("utcyearmonthdate(day):T", title=text(language, name), format="%A, %e %b %Y")


def counts_axis(title: str | None = None) -> alt.Axis:
    """The axis of whole cases."""
    return alt.Axis(format=",d", title=title, tickMinStep=1)


def colors(
    field: str, shown: Sequence[tuple[str, str]], language: Language, title: str | None = None
) -> alt.Color:
    """A name keeps its colour whichever others are chosen; the legend lists those that are.

    Args:
        field: Key of the written names.
        shown: Name and colour, in the order of the legend.
        language: Language of the page.
        title: Of the legend.
    """
    names = [text(language, name) for name, _ in shown]
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=names, range=[color for _, color in shown]),
        legend=alt.Legend(
            title=title,
            orient="top",
            symbolType="circle",
            symbolSize=90,
            columns=legend_columns(names),
        ),
    )


def legend_columns(names: Sequence[str]) -> int:
    """How many names stand beside each other: three, or as many as a narrow page has room for."""
    for columns in (3, 2):
        # A column is as wide as its longest name.
        widths = [max(map(len, names[at::columns]), default=0) for at in range(columns)]
        if sum(widths) + columns * LETTERS_OF_A_DOT <= LEGEND_LETTERS:
            return columns
    return 1
