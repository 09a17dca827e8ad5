"""What became of every row of a delivery: the equation, and the rows that did not become a case."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from orchestration.errors import WorkFailed
from orchestration.wording import counted, printable

SAMPLES: Final = 10


class Reason(StrEnum):
    """Why a row is not a case, in the order in which the reasons are tried."""

    QUOTE_NOT_CLOSED = "QUOTE_NOT_CLOSED"
    COLUMN_COUNT = "COLUMN_COUNT"
    WRONG_ENCODING = "WRONG_ENCODING"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    FORMULA_WITHOUT_RESULT = "FORMULA_WITHOUT_RESULT"
    KEY_EMPTY = "KEY_EMPTY"
    KEY_ROUNDED = "KEY_ROUNDED"
    KEY_IS_DATE = "KEY_IS_DATE"
    TIME_MISSING = "TIME_MISSING"
    TIME_FORMAT = "TIME_FORMAT"
    TIME_OUT_OF_RANGE = "TIME_OUT_OF_RANGE"
    CLOSED_BEFORE_CREATED = "CLOSED_BEFORE_CREATED"
    TIMES_OUT_OF_ORDER = "TIMES_OUT_OF_ORDER"
    UNKNOWN_CHANNEL = "UNKNOWN_CHANNEL"
    UNKNOWN_PQRS_TYPE = "UNKNOWN_PQRS_TYPE"
    UNKNOWN_PRIORITY = "UNKNOWN_PRIORITY"
    UNKNOWN_SUBTYPE = "UNKNOWN_SUBTYPE"
    UNKNOWN_OUTCOME = "UNKNOWN_OUTCOME"
    UNKNOWN_OFFICE = "UNKNOWN_OFFICE"
    UNKNOWN_GEO = "UNKNOWN_GEO"
    AMBIGUOUS_GEO = "AMBIGUOUS_GEO"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    KEY_REUSED = "KEY_REUSED"
    DAY_OUT_OF_RANGE = "DAY_OUT_OF_RANGE"


class Stop(StrEnum):
    """Why a delivery stops although its rows can be read: a date that is probably a slip."""

    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    DATE_FAR_FROM_OTHERS = "DATE_FAR_FROM_OTHERS"
    DATE_BEFORE_CALENDAR = "DATE_BEFORE_CALENDAR"


class DeliveryRefused(WorkFailed):
    """DELIVERY_REFUSED: nothing of the delivery lands; the message names rows of each kind."""


class RowsLost(WorkFailed):
    """The equation of a delivery does not hold: a defect of this program; nothing lands."""


@dataclass(frozen=True)
class Finding:
    """A row and what is wrong with it; `line` is where the row begins in its file."""

    file: str
    line: int
    reason: str
    column: str = ""
    value: str = ""
    accepted: str = ""
    cells: tuple[str, ...] = ()

    def __str__(self) -> str:
        column = f"{printable(self.column)}: " if self.column else ""
        accepted = f"; accepted: {self.accepted}" if self.accepted else ""
        place = f"{printable(self.file)}:{self.line}"
        return f"{self.reason}  {place}  {column}'{printable(self.value)}'{accepted}"


@dataclass(frozen=True)
class Merge:
    """A row whose case a later row of the same number gives again: that one counts."""

    key: str
    file: str
    line: int
    into_file: str
    into_line: int

    def __str__(self) -> str:
        into = f"line {self.into_line}"
        if self.into_file != self.file:
            into = f"{printable(self.into_file)}:{self.into_line}"
        return f"{printable(self.file)}:{self.line} into {into}  '{printable(self.key)}'"


@dataclass
class Account:
    """Rows of the files of a delivery by what became of them.

    `cases` counts rows too: each case is made of one row, its later rows are `merged`. Rows of a
    JSONL file are its lines, and count as `lines`: bronze judges them.
    """

    rows: int = 0
    cases: int = 0
    lines: int = 0
    merged: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    def require_equation(self) -> None:
        """Raise RowsLost when a row is in none of the sums, or in two."""
        parts = self.cases + self.lines + self.merged
        if self.rows != parts + self.quarantined.total() + self.skipped.total():
            raise RowsLost(f"the rows of the delivery do not add up: {self.equation()}")

    def equation(self) -> str:
        """The equation in one line."""
        made = " + ".join(
            f"{counted(count, what)}{made}"
            for count, what, made in ((self.cases, "case", " made"), (self.lines, "line", ""))
            if count or (what == "case" and not self.lines)
        )
        return (
            f"{counted(self.rows, 'row')} = {made} + {self.merged:,} merged"
            f" + {self.quarantined.total():,} in quarantine{_named(self.quarantined)}"
            f" + {self.skipped.total():,} skipped{_named(self.skipped)}"
        )

    def json(self) -> dict[str, Any]:
        """As meta and the raw manifest keep it."""
        return {
            **asdict(self),
            "quarantined": dict(self.quarantined),
            "skipped": dict(self.skipped),
        }


def samples(findings: Sequence[Finding], most: int = SAMPLES) -> list[str]:
    """The first findings of each reason as lines of text, and how many more there are."""
    by_reason: dict[str, list[Finding]] = {}
    for finding in findings:
        by_reason.setdefault(finding.reason, []).append(finding)
    lines: list[str] = []
    for reason, found in by_reason.items():
        values = Counter((item.column, item.value) for item in found)
        if reason.startswith(("UNKNOWN_", "AMBIGUOUS_")):
            most_common = values.most_common(most)
            named = ", ".join(
                f"{printable(value) or '(empty)'} ({n})" for (_, value), n in most_common
            )
            lines.append(f"{reason}  {named}")
        lines += [str(item) for item in found[:most]]
        if len(found) > most:
            lines.append(f"{reason}  and {len(found) - most} more")
    return lines


def _named(counts: Counter[str]) -> str:
    named = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    return f" ({named})" if named else ""
