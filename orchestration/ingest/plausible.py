"""Dates that can be read and are probably wrong: after today, or a year away from all others."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from orchestration.ingest.account import Finding, Stop
from orchestration.ingest.dates import Moment
from orchestration.ingest.days import DatedLine, RangeOfDaysError
from orchestration.ingest.life import Case, Dates
from orchestration.ingest.mapping import CsvMapping
from orchestration.lake.instants import local_day
from orchestration.settings import Settings
from orchestration.wording import counted

# A slip of a year leaves a gap that a register of cases does not have.
_GAP: Final = timedelta(days=300)
# Below, there is nothing to be far from.
_FEWEST_CASES: Final = 5
_MOST_FAR_PCT: Final = 10
# The instant of a line of JSONL.
TS: Final = "ts"
# No case is answered later: a slip in the year, or of the century.
_LONGEST: Final = timedelta(days=3660)


def today(settings: Settings) -> date:
    """Today in Colombia."""
    return settings.today or local_day(datetime.now(UTC))


def implausible(cases: Sequence[Case], today: date | None, mapping: CsvMapping) -> list[Finding]:
    """The dates after `today`, and those far from the others, as findings of their rows."""
    found: list[Finding] = []
    if today is not None:
        for case, column, moment in _moments(cases, mapping):
            if local_day(moment.at) > today:
                accepted = f"days to {today}"
                found.append(_finding(case, Stop.DATE_IN_FUTURE, column, moment, accepted))
    for case, column, moment in _moments(cases, mapping):
        if moment.at - case.dates.created.at > _LONGEST:
            accepted = f"at most {_LONGEST.days} days after {local_day(case.dates.created.at)}"
            found.append(_finding(case, Stop.DATE_FAR_FROM_OTHERS, column, moment, accepted))
    named = {(item.file, item.line) for item in found}
    first, last, far = _far(cases)
    column = mapping.times.created_at.column
    for case in far:
        if (case.file, case.line) not in named:
            accepted = f"the others lie between {first} and {last}"
            found.append(
                _finding(case, Stop.DATE_FAR_FROM_OTHERS, column, case.dates.created, accepted)
            )
    return sorted(found, key=lambda item: (item.file, item.line))


def implausible_lines(
    lines: Sequence[DatedLine],
    place_of: Callable[[int], tuple[str, int]],
    begin: date,
    today: date | None,
    days: tuple[date | None, date | None],
) -> list[Finding]:
    """The lines of JSONL before the calendar or after `today`, as findings.

    Args:
        lines: With their days.
        place_of: Gives the file of a line, and which line of it that is.
        begin: The first day of the calendar.
        today: None: no day is too late.
        days: Those of --start and --end: lines of other days go to quarantine.
    """
    first, last = days[0] or date.min, days[1] or date.max
    accepted = f"days from {begin}, where seeds/dim_calendar.csv begins, to {today or 'any'}"
    found = []
    for place, line in enumerate(lines):
        if line.day is None or not first <= line.day <= last:
            continue
        if line.day < begin or (today is not None and line.day > today):
            is_early = line.day < begin
            reason = Stop.DATE_BEFORE_CALENDAR if is_early else Stop.DATE_IN_FUTURE
            found.append(Finding(*place_of(place), str(reason), TS, str(line.day), accepted))
    return found


def require_known_days(
    begin: date, today: date | None, first: date | None, last: date | None
) -> None:
    """Refuse --start and --end before the calendar, and after today: what is not due would be.

    Raises:
        RangeOfDaysError: Names the day.
    """
    for option, day in (("--start", first), ("--end", last)):
        if day is not None and day < begin:
            raise RangeOfDaysError(
                f"{option} {day} is before {begin}, where seeds/dim_calendar.csv begins: give that"
                " day or a later one"
            )
        if today is not None and day is not None and day > today:
            raise RangeOfDaysError(
                f"{option} {day} is in the future: today is {today} in Colombia; give a day that"
                " the file covers"
            )


def outside(cases: Sequence[Case], first: date | None, last: date | None) -> list[tuple[Case, str]]:
    """The cases created before `first` or after `last`, and the days that are accepted.

    A case of these days may be answered after the last one.
    """
    start, end = first or date.min, last or date.max
    accepted = (
        f"days from {first or 'the first'} to {last or 'the last'} (--start, --end); without"
        f" {'--start' if first else '--end'} cases of other days are taken, too"
    )
    return [
        (case, accepted) for case in cases if not start <= local_day(case.dates.created.at) <= end
    ]


def notes_of_later(cases: Sequence[Case], last: date | None) -> list[str]:
    """What is to be said of the cases of a range of days that go on after its last day."""
    days = [max(local_day(m.end) for m in _known(case.dates) if m is not None) for case in cases]
    later = [day for day in days if last is not None and day > last]
    if not later:
        return []
    go = "goes" if len(later) == 1 else "go"
    return [
        f"{counted(len(later), 'case')} of the days up to --end {last} {go} on after it:"
        f" the run has these days too, to {max(later)}"
    ]


def _far(cases: Sequence[Case]) -> tuple[date | None, date | None, list[Case]]:
    """First and last day of nearly all cases, and the few that a gap of most of a year parts."""
    if len(cases) < _FEWEST_CASES:
        return None, None, []
    days = sorted(local_day(case.dates.created.at) for case in cases)
    groups: list[list[date]] = [[days[0]]]
    for before, day in pairwise(days):
        if day - before > _GAP:
            groups.append([])
        groups[-1].append(day)
    main = max(groups, key=len)
    far = len(cases) - len(main)
    # One row is a slip in any file; more of them only when they are few.
    if far == 0 or far > max(1, len(cases) * _MOST_FAR_PCT // 100):
        return None, None, []
    first, last = main[0], main[-1]
    return first, last, [c for c in cases if not first <= local_day(c.dates.created.at) <= last]


def _known(dates: Dates) -> tuple[Moment | None, ...]:
    return (dates.created, dates.filed, dates.answered, dates.closed)


def _moments(cases: Sequence[Case], mapping: CsvMapping) -> Iterator[tuple[Case, str, Moment]]:
    times = mapping.times
    rules = (times.created_at, times.radicated_at, times.responded_at, times.closed_at)
    for case in cases:
        for rule, moment in zip(rules, _known(case.dates), strict=True):
            if rule is not None and moment is not None:
                yield case, rule.column, moment


def _finding(case: Case, reason: Stop, column: str, moment: Moment, accepted: str) -> Finding:
    return Finding(case.file, case.line, str(reason), column, moment.text, accepted)
