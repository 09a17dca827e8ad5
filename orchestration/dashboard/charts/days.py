"""Charts over days: bars of cases, a level, a share with its base."""

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
from orchestration.dashboard.reading import Rows
from orchestration.dashboard.texts import text
from orchestration.dashboard.theme import Theme

GOAL_PCT = 90


def stacked(
    rows: Rows,
    by: str,
    count: str,
    palette: Sequence[tuple[str, str]],
    language: Language,
    theme: Theme,
) -> Spec:
    """Bars of cases per day, one colour per name. Rows: day, `by`, `count`."""
    ranks = {name: rank for rank, (name, _) in enumerate(palette)}
    ranked = [{**row, "rank": ranks.get(row[by], 99)} for row in rows]
    there = {row[by] for row in rows}
    # An axis without any case would put its only label, 0, half way up.
    scale = alt.Scale() if any(row[count] for row in rows) else alt.Scale(domain=[0, 10])
    chart = (
        alt.Chart(data(ranked, label=(by, language)))
        .mark_bar(cornerRadiusTopLeft=1, cornerRadiusTopRight=1)
        .encode(
            x=day_axis([row["day"] for row in rows], "O"),
            y=alt.Y(f"sum({count}):Q", scale=scale, axis=counts_axis()),
            color=colors("label", [pair for pair in palette if pair[0] in there], language),
            order=alt.Order("rank:Q"),
            tooltip=[
                day_tooltip(language),
                alt.Tooltip("label:N", title=text(language, by)),
                alt.Tooltip(f"sum({count}):Q", title=text(language, "cases"), format=",d"),
            ],
        )
    )
    return finished(chart, language, theme)


def level(rows: Rows, key: str, language: Language, theme: Theme) -> Spec:
    """A count at the end of each day, from zero. Rows: day, `key`."""
    chart = (
        alt.Chart(data([row for row in rows if row[key] is not None]))
        .mark_area(
            color=theme.accent,
            opacity=0.35,
            line={"color": theme.accent, "strokeWidth": 2},
            point={"color": theme.accent, "size": 18},
        )
        .encode(
            x=day_axis([row["day"] for row in rows]),
            y=alt.Y(f"{key}:Q", axis=counts_axis(), scale=alt.Scale(zero=True)),
            tooltip=[
                day_tooltip(language),
                alt.Tooltip(f"{key}:Q", title=text(language, key), format=",d"),
            ],
        )
    )
    return finished(chart, language, theme)


def share(rows: Rows, language: Language, theme: Theme) -> Spec:
    """Share of each day's closings in time, its base, and the goal.

    Rows: day, pct or None, closings_count. A day without closings breaks the line.
    """
    base = alt.Chart(data(rows))
    lowest = min((row["pct"] for row in rows if row["pct"] is not None), default=100)
    scale = alt.Scale(domain=[max(0, min(80, 10 * (float(lowest) // 10))), 100])
    percent = " %" if language == "es" else "%"
    y = alt.Y(
        "pct:Q", scale=scale, axis=alt.Axis(title=None, labelExpr=f"datum.label + '{percent}'")
    )
    days = [row["day"] for row in rows]
    line = base.mark_line(
        color=theme.accent, strokeWidth=2, invalid="break-paths-show-path-domains"
    ).encode(x=day_axis(days), y=y)
    points = (
        base.transform_filter("isValid(datum.pct)")
        .mark_circle(color=theme.accent, opacity=1)
        .encode(
            x=day_axis(days),
            y=y,
            size=alt.Size(
                "closings_count:Q", legend=None, scale=alt.Scale(range=[15, 130], zero=True)
            ),
            tooltip=[
                day_tooltip(language),
                alt.Tooltip("pct:Q", title=text(language, "within_sla_pct") + " (%)", format=".1f"),
                alt.Tooltip(
                    "closings_count:Q", title=text(language, "closings_count"), format=",d"
                ),
            ],
        )
    )
    goal = (
        alt.Chart(alt.InlineData(values=[{"pct": GOAL_PCT}]))
        .mark_rule(color=theme.late, strokeDash=[5, 4], strokeWidth=1.5)
        .encode(y=y)
    )
    return finished(alt.layer(goal, line, points), language, theme)
