"""Colours in light and dark, the same for the page, its charts and its drawings."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["light", "dark"]


@dataclass(frozen=True)
class Theme:
    """Colours of one mode. Told apart by people with colour blindness; red is for what is late."""

    ink: str
    quiet: str
    grid: str
    panel: str
    accent: str
    late: str
    good: str
    nothing: str
    types: tuple[str, str, str, str]
    channels: tuple[str, ...]
    ages: tuple[str, ...]
    ramp: tuple[str, str]


LIGHT = Theme(
    ink="#24343d",
    quiet="#5b6b73",
    grid="#e6eaec",
    panel="#f4f7f8",
    accent="#1d6f8a",
    late="#b8412d",
    good="#2c7a51",
    nothing="#d5dcdf",
    types=("#1d6f8a", "#e3a03a", "#7d5ba6", "#6fae8c"),
    channels=("#14566e", "#2f86a6", "#7fb7be", "#e3a03a", "#c9b79c", "#8a6d3b", "#b05f7a"),
    ages=("#8fc4cf", "#5ba3b5", "#2f7f97", "#e3a03a", "#b8412d"),
    ramp=("#e3eff2", "#0f4a5f"),
)
DARK = Theme(
    ink="#e4ecef",
    quiet="#a3b3ba",
    grid="#33424a",
    panel="#1b262c",
    accent="#5fb3cc",
    late="#f08a73",
    good="#7cc89c",
    nothing="#3a4a52",
    types=("#5fb3cc", "#eab35c", "#b497d6", "#8fcaa9"),
    channels=("#3c94b3", "#74bcd3", "#a9d8dd", "#eab35c", "#d9c9b0", "#c2a06a", "#d98ca6"),
    ages=("#2f7f97", "#5ba3b5", "#8fc4cf", "#eab35c", "#f08a73"),
    ramp=("#22333b", "#8fd6ea"),
)


def theme_of(mode: str | None) -> Theme:
    """The colours of a mode; light where the browser has not said yet."""
    return DARK if mode == "dark" else LIGHT
