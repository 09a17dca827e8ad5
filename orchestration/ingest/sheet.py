"""What the XML of a sheet says beside the values of its cells: merged, hidden, never computed."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from orchestration.wording import counted

# A range that is larger is no cell of a register.
_MOST_ROWS: Final = 100_000
_MERGED: Final = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_PREFIX: Final = re.compile(rb"<(\w+:)worksheet\b")
_ROW: Final = re.compile(rb'<row [^>]*?\br="(\d{1,7})"')
_HIDDEN: Final = re.compile(rb'<row r="(\d{1,7})"[^>]*?\shidden="(?:1|true)"')
_UNKNOWN: Final = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)><f[^>]*?(?:/>|>([^<]*)</f>)(<v\s*/>|<v></v>)?</c>'
)
_SHOWN: Final = 10


class Formula(str):
    """A formula whose result the file does not hold, as the text of its cell."""

    __slots__ = ()


class DateText(str):
    """A date or a time of day, which is no text in its cell, in ISO 8601."""

    __slots__ = ()


@dataclass(frozen=True)
class SheetFacts:
    """Rows and columns count from 1 and 0: the number of a row, the place of a cell in it.

    `merged`: cells of ranges that go down, and whether each is the first of its column there.
    `unknown`: formulas whose result the file does not hold. `disordered`: the first row that stands
    below one of its number or a higher one, which no reader would find; 0 when there is none.
    """

    merged: dict[int, dict[int, bool]] = field(default_factory=dict)
    ranges: tuple[tuple[int, str], ...] = ()
    hidden: tuple[int, ...] = ()
    unknown: dict[int, dict[int, Formula]] = field(default_factory=dict)
    disordered: int = 0

    def notes(self, below: int) -> Iterator[str]:
        """What is to be said of the rows below a header."""
        ranges = [name for first, name in self.ranges if first > below]
        if ranges:
            yield f"merged cells {_some(ranges)} are read as the same value in every row"
        hidden = [str(row) for row in self.hidden if row > below]
        if hidden:
            yield f"{counted(len(hidden), 'hidden row')} read: {_some(hidden)}"


def facts_of(xml: bytes) -> SheetFacts:
    """Read the XML of a worksheet."""
    if prefix := _PREFIX.search(xml):
        # As the Open XML SDK writes it: <x:row>, <x:c>.
        xml = re.sub(rb"(</?)" + prefix[1], rb"\1", xml)
    merged: dict[int, dict[int, bool]] = {}
    ranges: list[tuple[int, str]] = []
    for left, top, right, bottom in _MERGED.findall(xml):
        first, last = int(top), int(bottom)
        if not first < last < first + _MOST_ROWS:
            continue
        ranges.append((first, f"{left.decode()}{first}:{right.decode()}{last}"))
        for row in range(first, last + 1):
            merged.setdefault(row, {})[_place(left)] = row == first
    unknown: dict[int, dict[int, Formula]] = {}
    for column, row, attributes, formula, value in _UNKNOWN.findall(xml):
        if value and b't="str"' in attributes:
            continue  # its result is a text without characters
        text = html.unescape(formula.decode("utf-8", "replace"))
        unknown.setdefault(int(row), {})[_place(column)] = Formula(f"={text}")
    hidden = tuple(int(row) for row in _HIDDEN.findall(xml))
    rows = map(int, _ROW.findall(xml))
    disordered = next((below for above, below in pairwise(rows) if below <= above), 0)
    return SheetFacts(merged, tuple(ranges), hidden, unknown, disordered)


def _place(letters: bytes) -> int:
    """A is 0, Z is 25, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
