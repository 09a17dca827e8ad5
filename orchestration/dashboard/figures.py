"""The charts: from rows to a Vega-Lite specification, without Streamlit and without a database."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import altair as alt

from orchestration.dashboard.filters import TYPES, Language
from orchestration.dashboard.texts import text

Spec = dict[str, Any]
Rows = Sequence[dict[str, Any]]

CHANNELS = ("email", "webform", "chat", "call", "other_digital", "in_person", "postal")
# Told apart by people with colour blindness as well; red is kept for what is late.
TYPE_COLORS = ("#1d6f8a", "#e3a03a", "#7d5ba6", "#6fae8c")
CHANNEL_COLORS = ("#14566e", "#2f86a6", "#7fb7be", "#e3a03a", "#c9b79c", "#7d5ba6", "#6fae8c")
INK = "#24343d"
QUIET = "#7a8a92"
GRID = "#e6eaec"
ACCENT = "#1d6f8a"
LATE = "#c4513d"
GOAL_PCT = 90
HEIGHT = 250  # pixels
MAX_LABELS = 8
CONFIG = {
    "font": "Source Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "labelFontSize": 12,
        "labelPadding": 6,
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
    },
    "legend": {"labelColor": INK, "labelFontSize": 12, "offset": 8, "columnPadding": 14},
}

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


def stacked_days(
    rows: Rows, by: str, language: Language, names: Sequence[str], colors: Sequence[str]
) -> Spec:
    """Bars of cases a day, one colour a name. Rows: day, `by`, cases."""
    # An axis without any case would put its only label, 0, half way up.
    scale = alt.Scale() if any(row["cases"] for row in rows) else alt.Scale(domain=[0, 10])
    return _spec(
        alt.Chart(_data(rows, by, language))
        .mark_bar(cornerRadiusTopLeft=1, cornerRadiusTopRight=1)
        .encode(
            x=_day(rows, "O"),
            y=alt.Y("sum(cases):Q", scale=scale, axis=alt.Axis(format=",d", title=None)),
            color=_color(rows, by, language, names, colors),
            order=alt.Order("rank:Q"),
            tooltip=_tooltip(language, by),
        ),
        language,
    )


def area_days(rows: Rows, language: Language) -> Spec:
    """Cases open at the end of each day, one area a type. Rows: day, type, cases."""
    return _spec(
        alt.Chart(_data(rows, "type", language))
        .mark_area(line={"strokeWidth": 1}, opacity=0.85, interpolate="monotone")
        .encode(
            x=_day(rows),
            y=alt.Y("sum(cases):Q", axis=alt.Axis(format=",d", title=None)),
            color=_color(rows, "type", language, TYPES, TYPE_COLORS),
            order=alt.Order("rank:Q"),
            tooltip=_tooltip(language, "type"),
        ),
        language,
    )


def share_days(rows: Rows, language: Language) -> Spec:
    """Share of each day's closings in time, and the goal. Rows: day, pct or None, closings."""
    base = alt.Chart(alt.InlineData(values=[_plain(row) for row in rows if row["pct"] is not None]))
    tooltip = [
        _day_tooltip(language),
        alt.Tooltip("pct:Q", title=text(language, "in_time") + " (%)", format=".1f"),
        alt.Tooltip("closings:Q", title=text(language, "closings"), format=",d"),
    ]
    lowest = min((row["pct"] for row in rows if row["pct"] is not None), default=100)
    scale = alt.Scale(domain=[max(0, min(80, 10 * (float(lowest) // 10))), 100])
    percent = " %" if language == "es" else "%"
    y = alt.Y(
        "pct:Q", scale=scale, axis=alt.Axis(title=None, labelExpr=f"datum.label + '{percent}'")
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2, interpolate="monotone").encode(
        x=_day(rows), y=y
    )
    points = base.mark_circle(color=ACCENT, opacity=1).encode(
        x=_day(rows),
        y=y,
        size=alt.Size("closings:Q", legend=None, scale=alt.Scale(range=[15, 130])),
        tooltip=tooltip,
    )
    goal = (
        alt.Chart(alt.InlineData(values=[{"pct": GOAL_PCT, "name": text(language, "goal")}]))
        .mark_rule(color=LATE, strokeDash=[5, 4], strokeWidth=1.5)
        .encode(y=y)
    )
    return _spec(alt.layer(goal, line, points), language)


def ranked_bars(rows: Rows, by: str, language: Language) -> Spec:
    """Horizontal bars, the longest first. Rows: `by`, cases."""
    bars = (
        alt.Chart(_data(rows, by, language))
        .mark_bar(color=ACCENT, cornerRadiusEnd=2)
        .encode(
            x=alt.X("cases:Q", axis=alt.Axis(format=",d", title=None, tickCount=4)),
            y=alt.Y("label:N", sort="-x", axis=alt.Axis(title=None, domain=False)),
            tooltip=[
                alt.Tooltip("label:N", title=text(language, by)),
                alt.Tooltip("cases:Q", title=text(language, "cases"), format=",d"),
            ],
        )
    )
    return _spec(bars, language)


def _data(rows: Rows, by: str, language: Language) -> alt.InlineData:
    ranks = {name: rank for rank, name in enumerate((*TYPES, *CHANNELS))}
    values = [
        {**_plain(row), "label": text(language, row[by]), "rank": ranks.get(row[by], 99)}
        for row in rows
    ]
    return alt.InlineData(values=values)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()
    }


def _day(rows: Rows, kind: Literal["T", "O"] = "T") -> alt.X:
    """The axis of days: T a course of time, O a place for each day, which bars stand on."""
    axis = alt.Axis(
        format="%e %b", title=None, grid=False, labelAngle=0, labelOverlap=True, labelSeparation=12
    )
    # In UTC: a browser in Bogotá would show a day read as UTC midnight as the day before.
    if kind == "O":
        return alt.X("utcyearmonthdate(day):O", axis=axis)
    days = sorted({row["day"] for row in rows})
    # Otherwise a short period is labelled by the hour,
    axis.values = [day.isoformat() for day in days[:: 1 + len(days) // MAX_LABELS]]
    # and one that begins without a value would begin later than its neighbour's.
    ends = [alt.DateTime(year=d.year, month=d.month, date=d.day, utc=True) for d in days]
    scale = alt.Scale(domain=[ends[0], ends[-1]]) if days else alt.Scale()
    return alt.X("utcyearmonthdate(day):T", axis=axis, scale=scale)


def _day_tooltip(language: Language) -> alt.Tooltip:
    return alt.Tooltip(
        "utcyearmonthdate(day):T", title=text(language, "day"), format="%A, %e %b %Y"
    )


def _tooltip(language: Language, by: str) -> list[alt.Tooltip]:
    return [
        _day_tooltip(language),
        alt.Tooltip("label:N", title=text(language, by)),
        alt.Tooltip("sum(cases):Q", title=text(language, "cases"), format=",d"),
    ]


def _color(
    rows: Rows, by: str, language: Language, names: Sequence[str], colors: Sequence[str]
) -> alt.Color:
    """A name keeps its colour whichever others are chosen; the legend lists those that are."""
    there = {row[by] for row in rows}
    shown = [(name, color) for name, color in zip(names, colors, strict=True) if name in there]
    return alt.Color(
        "label:N",
        scale=alt.Scale(
            domain=[text(language, name) for name, _ in shown], range=[color for _, color in shown]
        ),
        legend=alt.Legend(title=None, orient="top", symbolType="circle", symbolSize=90),
    )


def _spec(chart: alt.TopLevelMixin, language: Language) -> Spec:
    """Size, type and colours that all charts share, and the language of numbers and days."""
    spec: Spec = chart.to_dict()
    locale = {"locale": _LOCALE_ES} if language == "es" else {}
    return {
        **spec,
        "width": "container",
        "height": HEIGHT,
        "background": "transparent",
        "config": {**CONFIG, **locale},
    }
