"""The charts as specifications: what they draw, and that they need nothing from outside."""

import json
from datetime import date
from typing import Any

import altair as alt
import pytest

from orchestration.dashboard.charts import bars, days, maps
from orchestration.dashboard.charts.process_map import PLACES, process_map
from orchestration.dashboard.filters import CHANNELS, TYPES
from orchestration.dashboard.theme import DARK, LIGHT

DAY, NEXT = date(2025, 9, 1), date(2025, 9, 2)
PALETTE = tuple(zip(CHANNELS, LIGHT.channels, strict=True))
KINDS = tuple(zip(TYPES, LIGHT.types, strict=True))
VOLUME = [
    {"day": DAY, "channel": "email", "tickets_count": 3},
    {"day": DAY, "channel": "chat", "tickets_count": 1},
]
SHARES = [
    {"day": DAY, "pct": None, "closings_count": 0},
    {"day": NEXT, "pct": 71.5, "closings_count": 4},
]
SHAPE = {"type": "MultiPolygon", "coordinates": [[[[-74, 4], [-73, 4], [-73, 5], [-74, 4]]]]}
PLACE = {"code": "05", "department": "Antioquia", "population": 10, "rate": 2.5}
MOVES = [
    {"status_from": left, "status_to": entered, "transitions_count": count, "median_days": median}
    for left, entered, count, median in (
        ("RECEIVED", "RADICATED", 9, 0.25),
        ("ON_HOLD", "IN_PROGRESS", 2, 4.0),
        ("CLOSED", "REOPENED", 1, None),
    )
]


def volume(language: Any = "es") -> dict[str, Any]:
    return days.stacked(VOLUME, "channel", "tickets_count", PALETTE, language, LIGHT)


def every_spec() -> dict[str, dict[str, Any]]:
    week = {"week": DAY, "is_partial": True, "in_term_count": 3, "late_count": 1}
    by_type = {"day": DAY, "pqrs_type": "P", "median_hours": 2.0, "closings_count": 3}
    town = {"municipio": "x", "latitude": 4.1, "longitude": -73.9, "tickets_count": 1}
    return {
        "stacked": volume(),
        "level": days.level([{"day": DAY, "open": 3}], "open", "es", DARK),
        "share": days.share(SHARES, "es", LIGHT),
        "shares": bars.shares(
            [{"type": "P", "pct": 90.0, "n": 4}, {"type": "Q", "pct": None, "n": 0}],
            "type", "pct", "n", "es", LIGHT,
        ),
        "ranked": bars.ranked([{"state": "CLOSED", "n": 4}], "state", "n", "en", LIGHT),
        "parts": bars.parts_of_names(
            [{"office": "x", "a": 1, "b": None}], "office", (("a", "#0f0"), ("b", "#f00")), "es",
            DARK,
        ),
        "weeks": bars.parts_of_weeks(
            [week], (("in_term_count", "#000"), ("late_count", "#f00")), "es", LIGHT
        ),
        "lines": bars.lines(
            [by_type], "pqrs_type", "median_hours", "closings_count", KINDS, "en", DARK, "h"
        ),
        "departments": maps.departments([PLACE], {"05": SHAPE, "11": SHAPE}, "rate", "es", LIGHT),
        "municipalities": maps.municipalities([{**town, "overdue_count": 0}], SHAPE, "es", LIGHT),
    }  # fmt: skip


def drawn(spec: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    data = layer.get("data") or spec["data"]
    return list(spec["datasets"][data["name"]])


@pytest.mark.parametrize("name", every_spec())
def test_a_chart_is_valid_and_fetches_nothing(name: str) -> None:
    spec = every_spec()[name]
    checked = {key: value for key, value in spec.items() if key != "config"}
    alt.Chart.from_dict(checked).to_dict()
    written = json.dumps(spec)
    assert "http" not in written.replace("https://vega.github.io/schema", "")
    assert '"url"' not in written


def test_a_name_keeps_its_colour_whichever_others_are_shown() -> None:
    scale = volume()["encoding"]["color"]["scale"]
    assert scale["domain"] == ["Correo", "Chat"]
    assert scale["range"] == [LIGHT.channels[0], LIGHT.channels[2]]


def test_days_are_read_in_utc_so_that_bogota_sees_the_same_day() -> None:
    assert volume()["encoding"]["x"]["timeUnit"] == "utcyearmonthdate"


def test_a_day_without_closings_breaks_the_line() -> None:
    spec = days.share(SHARES, "es", LIGHT)
    line, points = spec["layer"][1], spec["layer"][2]
    assert line["mark"]["invalid"] == "break-paths-show-path-domains"
    assert {"day": "2025-09-01", "pct": None, "closings_count": 0} in drawn(spec, line)
    assert points["transform"] == [{"filter": "isValid(datum.pct)"}]
    assert line["encoding"]["y"]["scale"]["domain"] == [70, 100]


def test_a_share_shows_its_base() -> None:
    spec = every_spec()["shares"]
    assert [row["words"] for row in drawn(spec, spec["layer"][2])] == ["90,0 % · 4", "– · 0"]


def test_incomplete_weeks_are_pale() -> None:
    assert every_spec()["weeks"]["encoding"]["opacity"]["condition"]["test"] == "datum.is_partial"


def test_spanish_writes_decimal_commas_and_english_does_not() -> None:
    assert volume("es")["config"]["locale"]["number"]["decimal"] == ","
    assert "locale" not in volume("en")["config"]


def test_a_department_without_a_base_stays_grey() -> None:
    rows = [PLACE, {**PLACE, "code": "11", "rate": None}]
    spec = maps.departments(rows, {"05": SHAPE, "11": SHAPE}, "rate", "es", LIGHT)
    ground, colored = spec["layer"]
    assert len(drawn(spec, ground)) == 2
    assert [shape["properties"]["value"] for shape in drawn(spec, colored)] == [2.5]


def test_the_process_map_names_every_state_and_counts_every_transition() -> None:
    drawing = process_map(MOVES, "es", LIGHT)
    assert drawing.count("<rect") == len(PLACES) == 10
    assert drawing.count("<polyline") == 3
    for words in ("9 · 0,2 d", "2 · 4,0 d", "1 · – d", "En espera"):
        assert words in drawing
    # The longest wait alone is red.
    assert drawing.count(f'stroke="{LIGHT.late}"') == 1


def test_an_unknown_state_leaves_the_map_whole() -> None:
    moves = [{**MOVES[0], "status_to": "<script>"}]
    assert "<script>" not in process_map(moves, "en", DARK)
