"""What the reader chose, as it stands in the address of the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast, get_args

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
TYPES = ("P", "Q", "R", "S")
PRIORITIES = ("alta", "media", "baja")
CHANNELS = ("email", "webform", "chat", "call", "other_digital", "in_person", "postal")
SPANS = (7, 14, 30, 90, 180)  # days
DEFAULT_SPAN = 14
# Their names in the address.
NAMES = (
    "lang", "dias", "desde", "hasta", "tipo", "canal", "depto", "prioridad", "dependencia",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """Language of the page, the days it looks at, and which cases count.

    `first` and `last` are days of the reader's own choice and win over `span`; either both are
    given or none. Of channels, departments, priorities and offices, none chosen means all of them;
    the office of a case is the one that holds it.
    """

    language: Language = "es"
    span: int = DEFAULT_SPAN
    first: date | None = None
    last: date | None = None
    types: tuple[str, ...] = TYPES
    channels: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()

    @property
    def narrowed(self) -> frozenset[str]:
        """Which of channel, department, priority and office leave cases out."""
        chosen = {
            "channel": self.channels,
            "department": self.departments,
            "priority": self.priorities,
            "office": self.offices,
        }
        return frozenset(name for name, values in chosen.items() if values)

    @property
    def selective(self) -> frozenset[str]:
        """The same, and the type."""
        return self.narrowed | (frozenset() if self.types == TYPES else {"type"})


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether `day` is one of them."""
        return self.first <= day <= self.last

    @property
    def length(self) -> int:
        """How many days, at least 1."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Span:
    """The period of a page, the one before it where it is published, and whether days lack."""

    now: Period
    before: Period | None
    wanted: int

    @property
    def is_partial(self) -> bool:
        """Whether fewer days are published than were asked for."""
        return self.now.length < self.wanted


def parse_filters(
    address: Mapping[str, str],
    departments: Collection[str],
    offices: Collection[str],
    own: Collection[str] = (),
) -> tuple[Filters, tuple[str, ...]]:
    """Read the address.

    Args:
        address: Its parameters.
        departments: The codes that exist.
        offices: The ids that exist.
        own: Names of parameters that are no filters.

    Returns:
        The filters, and what was ignored because nobody could have chosen it, as `name=value`.
    """
    ignored = [f"{name}={address[name]}" for name in address if name not in (*NAMES, *own)]

    def several(name: str, known: Collection[str]) -> tuple[str, ...]:
        wanted = [value for value in address.get(name, "").split(",") if value]
        ignored.extend(f"{name}={value}" for value in wanted if value not in known)
        return tuple(value for value in known if value in wanted)

    def one(name: str, known: Collection[str], usual: str) -> str:
        value = address.get(name, usual)
        if value in known:
            return value
        ignored.append(f"{name}={value}")
        return usual

    first, last = _day(address.get("desde", "")), _day(address.get("hasta", ""))
    if first is None or last is None or first > last:
        ignored.extend(f"{name}={address[name]}" for name in ("desde", "hasta") if name in address)
        first = last = None
    filters = Filters(
        language=cast(Language, one("lang", LANGUAGES, "es")),
        span=int(one("dias", tuple(map(str, SPANS)), str(DEFAULT_SPAN))),
        first=first,
        last=last,
        types=several("tipo", TYPES) or TYPES,
        channels=several("canal", CHANNELS),
        departments=several("depto", sorted(departments)),
        priorities=several("prioridad", PRIORITIES),
        offices=several("dependencia", offices),
    )
    return filters, tuple(ignored)


def address_of(filters: Filters) -> dict[str, str]:
    """The address that gives these filters again; the usual ones leave nothing in it."""
    usual = Filters()
    address: dict[str, str] = {}
    if filters.language != usual.language:
        address["lang"] = filters.language
    if filters.first and filters.last:
        address |= {"desde": filters.first.isoformat(), "hasta": filters.last.isoformat()}
    elif filters.span != usual.span:
        address["dias"] = str(filters.span)
    if filters.types != usual.types:
        address["tipo"] = ",".join(filters.types)
    for name, chosen in (
        ("canal", filters.channels),
        ("depto", filters.departments),
        ("prioridad", filters.priorities),
        ("dependencia", filters.offices),
    ):
        if chosen:
            address[name] = ",".join(chosen)
    return address


def periods(first_day: date, last_day: date, filters: Filters) -> Span | None:
    """The published days of the period, and as many before them where they are published.

    Args:
        first_day: First published day.
        last_day: Last published day.
        filters: The period that is asked for.

    Returns:
        None when no day of it is published.
    """
    last = filters.last or last_day
    first = filters.first or last_day - timedelta(days=filters.span - 1)
    wanted = (last - first).days + 1
    if first > last_day or last < first_day:
        return None
    now = Period(max(first, first_day), min(last, last_day))
    before = Period(now.first - timedelta(days=now.length), now.first - timedelta(days=1))
    return Span(now, before if before.first >= first_day else None, wanted)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
