"""The words of the report in Spanish and English; numbers and days as their readers write them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from orchestration.report.inert import inert
from orchestration.report.period import Period

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Unit = Literal["text", "count", "pct", "days", "hours", "points", "day"]

NOTHING: Final = "–"
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    key: (spanish, english)
    for name in ("texts.yml", "texts_of_terms.yml")
    for key, (spanish, english) in yaml.safe_load(
        Path(__file__).with_name(name).read_text(encoding="utf-8")
    ).items()
}
# Colombian Spanish writes 1.234,5; the English of the report 1,234.5 and 31 December 2025.
_LOCALES: Final[Mapping[Language, str]] = {"es": "es_CO", "en": "en_GB"}
_COLOMBIA: Final = timezone(timedelta(hours=-5))
_FORMATS: Final[Mapping[str, str]] = {
    "count": "#,##0",
    "pct": "#,##0.00",
    "days": "#,##0.00",
    "hours": "#,##0.00",
    "points": "+#,##0.00;-#,##0.00",
}


def word(language: Language, key: str, /, **values: object) -> str:
    """The words of that name with the values filled in."""
    return TEXTS[key][LANGUAGES.index(language)].format(**values)


def member(language: Language, kind: str, name: str, shown: str = "") -> str:
    """How a value of the data is called: our word for it, else `shown`, else itself."""
    known = TEXTS.get(f"{kind}.{name}")
    return known[LANGUAGES.index(language)] if known else inert(shown or name)


def written(value: Any, unit: Unit, language: Language) -> str:
    """A cell as the page shows it; None is a dash."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, date):
        return long_day(value, language)
    from babel.numbers import format_decimal

    if not value:
        unit = "count" if unit == "count" else "pct"  # a change of nothing has no sign
    return str(format_decimal(value, format=_FORMATS[unit], locale=_LOCALES[language]))


def long_day(day: date, language: Language) -> str:
    """31 de diciembre de 2025, 31 December 2025."""
    from babel.dates import format_date

    return str(format_date(day, "long", locale=_LOCALES[language]))


def month_name(month: str, language: Language) -> str:
    """Diciembre 2025 for 2025-12."""
    from babel.dates import format_date

    day = date.fromisoformat(f"{month}-01")
    name = str(format_date(day, "MMMM y", locale=_LOCALES[language]))
    return name[0].upper() + name[1:]


def moment(instant: datetime, language: Language) -> str:
    """An instant in Colombian time, to the minute."""
    local = instant.astimezone(_COLOMBIA)
    return f"{long_day(local.date(), language)}, {local:%H:%M}"


def local_day(instant: datetime) -> date:
    """The Colombian day of an instant."""
    return instant.astimezone(_COLOMBIA).date()


def period_name(period: Period, language: Language) -> str:
    """Cuarto trimestre de 2025, segundo semestre de 2025, noviembre de 2025."""
    if period.months == 1:
        return month_name(period.name, language).replace(" ", " de " if language == "es" else " ")
    name = word(language, f"period.{period.name[-2:]}")
    return f"{name} de {period.first.year}" if language == "es" else f"{name} {period.first.year}"


def share(part: int, whole: int) -> Decimal | None:
    """Part in whole, 0 to 100 with two decimals, half up as in SQL; None of nothing."""
    return _two(Decimal(100 * part) / whole) if whole else None


def change_pct(now: Any, before: Any) -> Decimal | None:
    """How much larger `now` is than `before`, in percent; None where that cannot be said."""
    if now is None or not before:
        return None
    return _two(Decimal(100) * (Decimal(now) - Decimal(before)) / Decimal(before))


def points(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """The change of a share, in percentage points."""
    return None if now is None or before is None else now - before


def _two(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
