"""Maps without a background that would have to be fetched: outlines and circles."""

from collections.abc import Mapping
from typing import Any

import altair as alt

from orchestration.dashboard.charts.base import Spec, data, finished
from orchestration.dashboard.filters import Language
from orchestration.dashboard.reading import Rows
from orchestration.dashboard.texts import text
from orchestration.dashboard.theme import Theme

MAP_HEIGHT = 520  # pixels


def departments(
    rows: Rows,
    shapes: Mapping[str, dict[str, Any]],
    measure: str,
    language: Language,
    theme: Theme,
) -> Spec:
    """Departments in colours of a measure; grey where it is not known.

    Args:
        rows: code, department, population, the measure or None.
        shapes: GeoJSON geometry by code.
        measure: Key of the measure.
        language: Language of the page.
        theme: Colours.
    """
    by_code = {row["code"]: row for row in rows}
    known = [_feature(by_code[code], shape, measure) for code, shape in shapes.items()
             if code in by_code and by_code[code][measure] is not None]  # fmt: skip
    every = [{"type": "Feature", "geometry": shape, "properties": {}} for shape in shapes.values()]
    ground = alt.Chart(alt.InlineData(values=every)).mark_geoshape(
        fill=theme.nothing, stroke=theme.panel, strokeWidth=0.8, aria=False
    )
    title = text(language, measure) + (" (%)" if measure.endswith("_pct") else "")
    # The higher share in time is the better one, the higher rate only the higher one.
    colored = (
        alt.Chart(alt.InlineData(values=known))
        .mark_geoshape(stroke=theme.panel, strokeWidth=0.8)
        .encode(
            color=alt.Color(
                "properties.value:Q",
                scale=alt.Scale(range=list(theme.ramp), zero=False),
                legend=alt.Legend(
                    title=title, orient="bottom", format=",.0f",
                    gradientLength=220, titleLimit=260,
                ),
            ),
            tooltip=[
                alt.Tooltip("properties.department:N", title=text(language, "department")),
                alt.Tooltip("properties.value:Q", title=title, format=",.1f"),
                alt.Tooltip(
                    "properties.population:Q", title=text(language, "population"), format=",d"
                ),
            ],
        )
    )  # fmt: skip
    chart = alt.layer(ground, colored).project(type="mercator")
    return finished(chart, language, theme, MAP_HEIGHT)


def municipalities(rows: Rows, shape: dict[str, Any], language: Language, theme: Theme) -> Spec:
    """The municipalities of a department as circles inside its outline.

    Rows: municipio, latitude, longitude, tickets_count, overdue_count.
    """
    feature = {"type": "Feature", "geometry": shape, "properties": {}}
    ground = alt.Chart(alt.InlineData(values=[feature])).mark_geoshape(
        fill=theme.panel, stroke=theme.quiet, strokeWidth=1, aria=False
    )
    circles = (
        alt.Chart(data(rows))
        .mark_circle(color=theme.accent, opacity=0.7)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            size=alt.Size("tickets_count:Q", legend=None, scale=alt.Scale(range=[12, 900])),
            tooltip=[
                alt.Tooltip("municipio:N", title=text(language, "municipio")),
                alt.Tooltip("tickets_count:Q", title=text(language, "tickets_count"), format=",d"),
                alt.Tooltip("overdue_count:Q", title=text(language, "overdue_count"), format=",d"),
            ],
        )
    )
    chart = alt.layer(ground, circles).project(type="mercator")
    return finished(chart, language, theme, MAP_HEIGHT)


def _feature(row: dict[str, Any], shape: dict[str, Any], measure: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": shape,
        "properties": {
            "department": row["department"],
            "population": row["population"],
            "value": float(row[measure]),
        },
    }
