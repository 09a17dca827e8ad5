"""The charts as specifications: what they draw, and that they need nothing from outside."""

import json
from datetime import date
from typing import Any

from orchestration.dashboard.figures import (
    CHANNEL_COLORS,
    CHANNELS,
    area_days,
    ranked_bars,
    share_days,
    stacked_days,
)

DAY = date(2025, 9, 1)
VOLUME = [{"day": DAY, "channel": "email", "cases": 3}, {"day": DAY, "channel": "chat", "cases": 1}]
OPEN = [{"day": DAY, "type": "P", "cases": 3}]


def volume(language: Any = "es") -> dict[str, Any]:
    return stacked_days(VOLUME, "channel", language, CHANNELS, CHANNEL_COLORS)


def test_a_name_keeps_its_colour_whichever_others_are_shown() -> None:
    scale = volume()["encoding"]["color"]["scale"]
    assert scale["domain"] == ["Correo", "Chat"]
    assert scale["range"] == [CHANNEL_COLORS[0], CHANNEL_COLORS[2]]


def test_days_are_read_in_utc_so_that_bogota_sees_the_same_day() -> None:
    for spec in (volume(), area_days(OPEN, "es")):
        assert spec["encoding"]["x"]["timeUnit"] == "utcyearmonthdate"


def test_days_without_closings_are_left_out_of_the_share() -> None:
    rows = [
        {"day": DAY, "pct": None, "closings": 0},
        {"day": date(2025, 9, 2), "pct": 71.5, "closings": 4},
    ]
    spec = share_days(rows, "es")
    assert "2025-09-01" not in json.dumps(spec["datasets"])
    assert spec["layer"][1]["encoding"]["y"]["scale"]["domain"] == [70, 100]


def test_spanish_writes_decimal_commas_and_english_does_not() -> None:
    assert volume("es")["config"]["locale"]["number"]["decimal"] == ","
    assert "locale" not in volume("en")["config"]


def test_nothing_is_fetched() -> None:
    for spec in (
        volume(),
        area_days(OPEN, "es"),
        ranked_bars([{"region": "A", "cases": 1}], "region", "es"),
    ):
        assert '"url"' not in json.dumps(spec)


def test_empty_facts_give_an_empty_chart() -> None:
    assert share_days([], "es")["layer"]
    assert area_days([], "en")["mark"]["type"] == "area"
