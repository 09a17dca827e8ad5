"""What the reader chose, as it stands in the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast, get_args

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
TYPES = ("P", "Q", "R", "S")
SPANS = (7, 14, 30, 90)  # days
DEFAULT_SPAN = 14


@dataclass(frozen=True)
class Filters:
    """Language of the page, days it looks back over, kinds of case that count."""

    language: Language = "es"
    span: int = DEFAULT_SPAN
    types: tuple[str, ...] = TYPES


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether `day` is one of them."""
        return self.first <= day <= self.last


def parse_filters(address: Mapping[str, str]) -> Filters:
    """Read the address; what nobody could have chosen counts as not chosen."""
    language = address.get("lang", "es")
    span = address.get("dias", "")
    wanted = address.get("tipo", "").split(",")
    types = tuple(kind for kind in TYPES if kind in wanted)
    return Filters(
        language=cast(Language, language) if language in LANGUAGES else "es",
        span=int(span) if span in map(str, SPANS) else DEFAULT_SPAN,
        types=types or TYPES,
    )


def address_of(filters: Filters) -> dict[str, str]:
    """The address that gives these filters again; the usual ones leave nothing in it."""
    usual = Filters()
    address: dict[str, str] = {}
    if filters.language != usual.language:
        address["lang"] = filters.language
    if filters.span != usual.span:
        address["dias"] = str(filters.span)
    if filters.types != usual.types:
        address["tipo"] = ",".join(filters.types)
    return address


def periods(first_day: date, last_day: date, span: int) -> tuple[Period, Period | None]:
    """The last `span` published days, and as many before them where they are published.

    Args:
        first_day: First published day.
        last_day: Last published day.
        span: Days to look back over, at least 1.
    """
    first = max(first_day, last_day - timedelta(days=span - 1))
    length = (last_day - first).days + 1
    before = first - timedelta(days=length)
    if before < first_day:
        return Period(first, last_day), None
    return Period(first, last_day), Period(before, first - timedelta(days=1))
