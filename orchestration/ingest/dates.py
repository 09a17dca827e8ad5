"""Instants as registers write them: strptime formats, a. m. and p. m., Spanish months, serials."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final

from orchestration.ingest.text import folded, normalised

_HALF_OF_DAY: Final = re.compile(r" ?(?<![^\W\d])([ap])\.? ?m\b\.?", re.IGNORECASE)
# Colombia writes noon as "12:00 m."
_NOON: Final = re.compile(r"(?<=12:\d\d) ?m\.?$", re.IGNORECASE)
_MIDNIGHT: Final = re.compile(
    r"(?<=[ T])(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?a\.? ?m\.?)", re.IGNORECASE
)
_WORD: Final = re.compile(r"([^\W\d_]+)(\.?)")
_SERIAL: Final = re.compile(r"\d{1,6}(?:[.,]\d+)?")
_SERIAL_OF_DAY: Final = re.compile(r"\d{1,6}")
_SERIAL_OF_TIME: Final = re.compile(r"0([.,]\d+)")
# The day on which spreadsheets and databases put a time that has none.
_NO_DAY: Final = re.compile(r"^(?:1899-12-3[01]|1900-01-0[01])[ T]")
_DAY_29_TO_31: Final = re.compile(r"(?<!\d)(?:29|30|31)(?!\d)")
# An offset of hours alone, as PostgreSQL writes it, and what is finer than a microsecond.
_HOURS_OF_OFFSET: Final = re.compile(r"(:\d\d(?:[.,]\d+)?[+-]\d\d)$")
_TOO_FINE: Final = re.compile(r"(:\d\d[.,]\d{6})\d+")
# Parts of a format without anything between them: 3032025 would be the 30th of March, since no
# zero tells where the day ends.
_RUN_ON: Final = re.compile(r"%[dmyYjHIMS](?=%[dmyYjHIMS])")
# A text that is longer is no date.
_LONGEST: Final = 100
_TIME_OF_DAY: Final = re.compile(r"%[HIcXTRs]|%-[HI]")
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "enero ene january jan", "febrero feb february", "marzo mar march",
            "abril abr april apr", "mayo may", "junio jun june", "julio jul july",
            "agosto ago august aug", "septiembre setiembre sept sep set september",
            "octubre oct october", "noviembre nov november", "diciembre dic december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS: Final = {
    "lunes": "Monday", "martes": "Tuesday", "miercoles": "Wednesday", "jueves": "Thursday",
    "viernes": "Friday", "sabado": "Saturday", "domingo": "Sunday",
}  # fmt: skip
EPOCHS: Final = {"excel": datetime(1899, 12, 30), "excel-1904": datetime(1904, 1, 1)}
# What a cell of an XLSX that holds a date is read as.
TYPED_FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d",
    # Such a date, and a time of day that is text in a cell of its own.
    "%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p",
)  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """An instant; `is_day`: the source gives the day alone, and `at` is its first instant.

    `text` is the cell as it is written.
    """

    at: datetime
    is_day: bool
    text: str = field(default="", compare=False)

    @property
    def end(self) -> datetime:
        """The last second of a bare day; else the instant itself."""
        return self.at + timedelta(days=1, seconds=-1) if self.is_day else self.at


def joined(day: str, time: str = "") -> str:
    """A date and the time of day that stands in a column of its own, as one text.

    The midnight that a database writes after a date gives way to the time. Serial numbers of
    Excel add up.
    """
    if not day or not time:
        return day
    fraction = _SERIAL_OF_TIME.fullmatch(time)
    if fraction and _SERIAL_OF_DAY.fullmatch(day):
        return day + fraction[1]
    midnight = _MIDNIGHT.search(day)
    if midnight and midnight.end() == len(day):
        day = day[: midnight.start() - 1]
    return f"{day} {_NO_DAY.sub('', time)}"


def read_moment(text: str, formats: Sequence[str], zone: tzinfo) -> Moment | None:
    """The instant that a text gives in the first format that fits; None when none does.

    Args:
        text: A cell.
        formats: Of strptime, or `excel`: days since 1899-12-30, with a decimal point or comma.
        zone: The clock of a text that names none.
    """
    clean = normalised(text)
    for form in formats:
        found = _serial(clean, form) if form in EPOCHS else _parsed(clean, form)
        if found is None:
            continue
        at = found.at if found.at.tzinfo is not None else found.at.replace(tzinfo=zone)
        return Moment(at, found.is_day, text)
    return None


def are_days(texts: Iterable[str]) -> bool:
    """Whether all texts that there are end in midnight: days, as a database writes them."""
    found = [text for text in texts if text]
    return bool(found) and all(
        (place := _MIDNIGHT.search(text)) and place.end() == len(text) for text in found
    )


def is_no_day(text: str, formats: Sequence[str]) -> bool:
    """Whether a text has one of the formats, and names a day that its month has not: 31/02."""
    clean = normalised(text)
    if len(clean) > _LONGEST:
        return False
    for found in _DAY_29_TO_31.finditer(clean):
        first = f"{clean[: found.start()]}01{clean[found.end() :]}"
        if any(form not in EPOCHS and _parsed(first, form) for form in formats):
            return True
    return False


def _parsed(text: str, form: str) -> Moment | None:
    if "%p" in form:
        text = _HALF_OF_DAY.sub(lambda found: f"{found[1].upper()}M", text)
        text, form = _NOON.sub("PM", text), form.replace(" %p", "%p")
    if "%B" in form or "%b" in form:
        text = _WORD.sub(_month, text)
        form = form.replace("%B", " %m ").replace("%b", " %m ")
    if "%z" in form:
        text = _HOURS_OF_OFFSET.sub(r"\1:00", text)
    if "%f" in form:
        text = _TOO_FINE.sub(r"\1", text)
    try:
        at = datetime.strptime(text, form)
    except (ValueError, OverflowError):
        return None
    if _RUN_ON.search(form):
        # Fractions and offsets are written in several ways.
        written = at.strftime(re.split("%[fz]", form)[0])
        if not text.casefold().startswith(written.casefold()):
            return None
    return Moment(at, _TIME_OF_DAY.search(form) is None)


def _serial(text: str, form: str) -> Moment | None:
    if not _SERIAL.fullmatch(text):
        return None
    days = float(text.replace(",", "."))
    # Excel keeps a time as a fraction of a day: what is finer than a second is rounding.
    at = EPOCHS[form] + timedelta(seconds=round(days * 86_400))
    return Moment(at, days == int(days))


def _month(found: re.Match[str]) -> str:
    word = folded(found[1])
    if word in _WEEKDAYS:
        return _WEEKDAYS[word]
    # A short name may end in a point: sept. Blanks keep its number apart from that of the day.
    return f" {MONTHS[word]:02d} " if word in MONTHS else found[0]
