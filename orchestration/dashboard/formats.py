"""Numbers and days as a reader of the language writes them."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Literal

from orchestration.dashboard.filters import Language
from orchestration.dashboard.texts import text

Unit = Literal["cases", "percent", "hours", "days"]
COLOMBIA = timezone(timedelta(hours=-5))  # all year
NOTHING = "–"
_MONTHS = {
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
        "octubre", "noviembre", "diciembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
}  # fmt: skip


def number(value: float, language: Language, decimals: int = 0) -> str:
    """1.234,5 in Spanish, 1,234.5 in English."""
    written = f"{value:,.{decimals}f}"
    return written.translate(str.maketrans(",.", ".,")) if language == "es" else written


def figure(value: float | None, unit: Unit, language: Language) -> str:
    """A figure with its unit."""
    if value is None:
        return NOTHING
    if unit == "percent":
        space = " " if language == "es" else ""
        return f"{number(value, language, 1)}{space}%"
    if unit == "hours":
        return text(language, "hours", hours=number(value, language, 1))
    if unit == "days":
        return text(language, "days_unit", days=number(value, language, 1))
    return number(value, language)


def is_zero(value: float) -> bool:
    """Whether a change is written as zero."""
    return round(value, 1) == 0


def change(value: float | None, unit: Unit, language: Language) -> str | None:
    """How a figure changed; a change of a share is in percentage points. None: not known."""
    if value is None:
        return None
    # What is written as zero has no sign: it is neither better nor worse.
    sign = "" if is_zero(value) else "-" if value < 0 else "+"
    if unit == "percent":
        return sign + text(language, "points", change=number(abs(value), language, 1))
    return sign + figure(abs(value), unit, language)


def long_day(day: date, language: Language) -> str:
    """30 de septiembre de 2025, 30 September 2025."""
    month = _MONTHS[language][day.month - 1]
    if language == "es":
        return f"{day.day} de {month} de {day.year}"
    return f"{day.day} {month} {day.year}"


def short_day(day: date, language: Language) -> str:
    """30 sep 2025, 30 Sep 2025."""
    return f"{day.day} {_MONTHS[language][day.month - 1][:3]} {day.year}"


def due(instant: datetime, language: Language) -> str:
    """When a term ends: at the midnight after its last day people know it by that day."""
    local = instant.astimezone(COLOMBIA)
    if local.time() == time.min:
        return short_day(local.date() - timedelta(days=1), language)
    return short_moment(instant, language)


def moment(instant: datetime, language: Language) -> str:
    """An instant in Colombian time, to the minute."""
    local = instant.astimezone(COLOMBIA)
    return f"{long_day(local.date(), language)}, {local:%H:%M}"


def short_moment(instant: datetime, language: Language) -> str:
    """The same with a short month, for tables."""
    local = instant.astimezone(COLOMBIA)
    return f"{short_day(local.date(), language)}, {local:%H:%M}"
