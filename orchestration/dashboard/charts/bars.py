"""Horizontal bars, and bars of parts."""

from collections.abc import Sequence

import altair as alt

from orchestration.dashboard.charts.base import (
    Spec,
    colors,
    counts_axis,
    data,
    day_axis,
    day_tooltip,
    finished,
)
from orchestration.dashboard.filters import Language
from orchestration.dashboard.formats import figure, number
from orchestration.dashboard.reading import Rows
from orchestration.dashboard.tables import Kind, cell
from orchestration.dashboard.texts import text
from orchestration.dashboard.theme import Theme


def shares(rows: Rows, by: str, pct: str, base: str, language: Language, theme: Theme) -> Spec:
    """Shares from 0 to 100 with their base written beside. Rows: `by`, `pct` or None, `base`."""
    written = [
        {
            **row,
            "words": (f"{figure(row[pct], 'percent', language)} · {number(row[base], language)}"),
        }
        for row in rows
    ]
    chart = alt.Chart(data(written, label=(by, language))).encode(
        y=alt.Y("label:N", sort=None, axis=alt.Axis(title=None, domain=False, ticks=False))
    )
    x = alt.X(f"{pct}:Q", scale=alt.Scale(domain=[0, 150]), axis=None)
    tooltip = [
        alt.Tooltip("label:N", title=text(language, by)),
        alt.Tooltip(f"{pct}:Q", title=text(language, pct) + " (%)", format=".1f"),
        alt.Tooltip(f"{base}:Q", title=text(language, base), format=",d"),
    ]
    full = chart.mark_bar(color=theme.grid, cornerRadiusEnd=3).encode(
        x=alt.XDatum(100, scale=alt.Scale(domain=[0, 150]), axis=None)
    )
    bars = chart.mark_bar(color=theme.accent, cornerRadiusEnd=3).encode(x=x, tooltip=tooltip)
    words = chart.mark_text(align="left", dx=8).encode(
        x=alt.XDatum(100, scale=alt.Scale(domain=[0, 150]), axis=None), text="words:N"
    )
    return finished(alt.layer(full, bars, words), language, theme, 50 + 44 * len(rows))


def ranked(
    rows: Rows, by: str, value: str, language: Language, theme: Theme, unit: Kind = "count"
) -> Spec:
    """Horizontal bars, the longest first, each with its value. Rows: `by`, `value`."""
    rows = sorted(rows, key=lambda row: -row[value])
    rows = [{**row, "words": cell(row[value], unit, language)} for row in rows]
    # In the order of the rows: two layers that sort by their own values do not agree.
    order = list(dict.fromkeys(text(language, row[by]) for row in rows))
    most = max((row[value] for row in rows), default=1) or 1
    written = alt.Tooltip("words:N", title=text(language, value))
    chart = alt.Chart(data(rows, label=(by, language))).encode(
        x=alt.X(f"{value}:Q", axis=None, scale=alt.Scale(zero=True, domainMax=1.25 * most)),
        y=alt.Y("label:N", sort=order, axis=alt.Axis(title=None, domain=False, ticks=False)),
        tooltip=[alt.Tooltip("label:N", title=text(language, by)), written],
    )
    bars = chart.mark_bar(color=theme.accent, cornerRadiusEnd=3)
    words = chart.mark_text(align="left", dx=6).encode(text="words:N")
    return finished(alt.layer(bars, words), language, theme, 50 + 30 * len(rows))


def parts_of_names(
    rows: Rows, by: str, parts: Sequence[tuple[str, str]], language: Language, theme: Theme
) -> Spec:
    """A horizontal bar per name in parts, in the order of the rows. Rows: `by`, each part.

    Args:
        rows: One per name.
        by: Key of the name.
        parts: Key and colour of each part, from the left.
        language: Language of the page.
        theme: Colours.
    """
    long = [
        {by: row[by], "part": name, "rank": rank, "cases": row[name] or 0}
        for row in rows
        for rank, (name, _) in enumerate(parts)
    ]
    order = list(dict.fromkeys(text(language, row[by]) for row in rows))
    chart = (
        alt.Chart(data(long, label=(by, language), written=("part", language)))
        .mark_bar()
        .encode(
            x=alt.X("sum(cases):Q", axis=counts_axis()),
            y=alt.Y(
                "label:N",
                sort=order,
                axis=alt.Axis(title=None, domain=False, ticks=False, labelLimit=220),
            ),
            color=colors("written", parts, language),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("label:N", title=text(language, by)),
                alt.Tooltip("written:N", title=text(language, "status")),
                alt.Tooltip("sum(cases):Q", title=text(language, "cases"), format=",d"),
            ],
        )
    )
    return finished(chart, language, theme, 90 + 30 * len(rows), legend_anchor="end")


def parts_of_weeks(
    rows: Rows, parts: Sequence[tuple[str, str]], language: Language, theme: Theme
) -> Spec:
    """A bar per week in parts; incomplete weeks are pale. Rows: week, is_partial, each part.

    Args:
        rows: One per week.
        parts: Key and colour of each part, from the bottom.
        language: Language of the page.
        theme: Colours.
    """
    long = [
        {
            "day": row["week"],
            "part": name,
            "rank": rank,
            "cases": row[name],
            "is_partial": row["is_partial"],
        }
        for row in rows
        for rank, (name, _) in enumerate(parts)
    ]
    axis = alt.Axis(format="%e %b", title=None, labelAngle=0, labelOverlap=True, grid=False)
    chart = (
        alt.Chart(data(long, label=("part", language)))
        .mark_bar()
        .encode(
            x=alt.X("utcyearmonthdate(day):O", axis=axis),
            y=alt.Y("sum(cases):Q", axis=counts_axis()),
            color=colors("label", parts, language),
            order=alt.Order("rank:Q"),
            opacity=alt.condition("datum.is_partial", alt.value(0.45), alt.value(1)),
            tooltip=[
                day_tooltip(language, "week"),
                alt.Tooltip("label:N", title=text(language, "status")),
                alt.Tooltip("sum(cases):Q", title=text(language, "cases"), format=",d"),
                alt.Tooltip("is_partial:N", title=text(language, "is_partial")),
            ],
        )
    )
    return finished(chart, language, theme)


def lines(
    rows: Rows,
    by: str,
    value: str,
    base: str,
    palette: Sequence[tuple[str, str]],
    language: Language,
    theme: Theme,
    unit: str,
) -> Spec:
    """A line per name over days; a day without a value breaks it.

    Rows: day, `by`, `value` or None, `base`. `unit` stands behind each number of the axis.
    """
    there = {row[by] for row in rows}
    space = "" if unit == "%" and language == "en" else " "
    axis = alt.Axis(title=None, labelExpr=f"datum.label + '{space}{unit}'")
    chart = (
        alt.Chart(data(rows, label=(by, language)))
        .mark_line(strokeWidth=2, invalid="break-paths-show-path-domains", point={"size": 22})
        .encode(
            x=day_axis([row["day"] for row in rows]),
            y=alt.Y(f"{value}:Q", axis=axis, scale=alt.Scale(zero=True)),
            color=colors("label", [pair for pair in palette if pair[0] in there], language),
            tooltip=[
                day_tooltip(language),
                alt.Tooltip("label:N", title=text(language, by)),
                alt.Tooltip(f"{value}:Q", title=text(language, value), format=",.1f"),
                alt.Tooltip(f"{base}:Q", title=text(language, base), format=",d"),
            ],
        )
    )
    return finished(chart, language, theme)
