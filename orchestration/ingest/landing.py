"""The lines of a delivery in the partitions of raw in which they land."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from orchestration.ingest.days import DatedLine, by_day, range_of
from orchestration.ingest.life import events
from orchestration.ingest.prepare import Prepared
from orchestration.lake import paths
from orchestration.lake.instants import local_day


def lines_of_cases(prepared: Prepared) -> tuple[dict[str, list[DatedLine]], int]:
    """The events of the cases with their day, by channel, and how many of them are inferred."""
    found: dict[str, list[DatedLine]] = {}
    inferred = 0
    for case in prepared.cases:
        lines = found.setdefault(case.data["source_channel"], [])
        for event in events(case):
            lines.append(DatedLine(local_day(event.at), event.line))
            inferred += event.is_inferred
    return dict(sorted(found.items())), inferred


def partitions_of(
    prepared: Prepared,
    of_cases: Mapping[str, Sequence[DatedLine]],
    first: date | None,
    last: date | None,
) -> dict[str, list[bytes]]:
    """Every line by source and day. `first` and `last` are --start and --end.

    A case lies under its own channel, and its events on their days: it may be answered after
    `last`. JSONL lies under the source of the delivery; lines of other days go with the first day.

    Raises:
        RangeOfDaysError: No line has a day, or the days lie too far apart.
    """
    made = [line for lines in of_cases.values() for line in lines]
    first, last = range_of([*prepared.lines, *made], first, last)
    end = max([last, *(line.day for line in made if line.day is not None)])
    range_of(made, first, end)
    found: dict[str, list[bytes]] = {}
    sources = [(prepared.source, prepared.lines, last)]
    sources += [(source, list(lines), end) for source, lines in of_cases.items()]
    for source, lines, until in sources:
        for day, dated in by_day(lines, first, until).items():
            found.setdefault(paths.source_day(source, day), []).extend(dated)
    return found


def days_of_shortened(left: Iterable[Collection[date]], changed: Collection[str]) -> set[date]:
    """A day of each case that loses events and has none left on the days of the run.

    Silver builds the cases with an event on these days again. Of a case whose closing is taken
    back, nothing would be, and it would stay closed in the month of its creation.

    Args:
        left: The days of the events that each case has left.
        changed: The partitions that the delivery changes.
    """
    days = [paths.parse_source_day(name)[1] for name in changed]
    first, last = min(days, default=date.max), max(days, default=date.min)
    return {
        max((day for day in own if day < first), default=min(own))
        for own in left
        if own and not any(first <= day <= last for day in own)
    }
