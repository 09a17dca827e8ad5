"""Silver and gold of the owner's five KPIs by several engines, for `make bench-peers`.

Every `by_<engine>.py` has `build(job, started)`: it imports its library, calls `started` when it
could begin to work, and writes `<root>/gold/<dataset>/day=<day>/<file>.parquet` for each of the
datasets. The rules are those of the dbt models, and so are the columns, every one. What the peers
leave out is what no column of the five KPIs shows: the reason for which a copy is dropped, due
dates, offices, outcomes, and the files of silver, which dbt writes for others to read.

This module is all that the engines have in common, and imports nothing that would cost one of them
its start.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DATASETS = ("kpi_volume", "kpi_backlog", "kpi_sla", "kpi_first_response", "kpi_close_time")

DAY_SECONDS = 86_400
HOUR_MICROSECONDS = 3_600_000_000
# Colombia is five hours behind UTC all year.
OFFSET_HOURS = 5
POLICY = "academic_v1"


@dataclass(frozen=True)
class Job:
    """What an engine reads, what it writes, and the days of the world."""

    bronze: tuple[str, ...]
    seeds: Path
    root: Path
    first: str
    last: str

    def seed(self, name: str) -> Path:
        return self.seeds / f"{name}.csv"

    def gold(self, name: str) -> Path:
        return self.root / "gold" / name


Started = Callable[[], None]


def walked(changes: Iterable[tuple[object, str, str, bool]]) -> Iterator[bool]:
    """Whether each change moves its case: (case, from, to, allowed at all), in order.

    Each answer depends on the one before. The engines ask for the few cases that stray alone.
    """
    case, status = None, ""
    for of, left, entered, is_allowed in changes:
        if of != case:
            case, status = of, "RECEIVED"
        is_valid = is_allowed and left == status
        status = entered if is_valid else status
        yield is_valid


def effective(extensions: Iterable[tuple[object, str, float, float, int]]) -> Iterator[bool]:
    """Whether each extension counts: (case, status, elapsed, first term, its days), in order.

    It is announced while the case is open and in its term, and comes to at most the first term with
    those before it, on which it depends. Elapsed is not a number where no clock has started.
    """
    case, added = None, 0
    for of, status, elapsed, term, days in extensions:
        if of != case:
            case, added = of, 0
        is_valid = (
            status not in ("RECEIVED", "CLOSED", "ARCHIVED")
            and elapsed <= term + added * DAY_SECONDS
            and (added + days) * DAY_SECONDS <= term
        )
        added += days if is_valid else 0
        yield is_valid
