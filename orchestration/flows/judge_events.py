"""The lines of a JSONL delivery judged by bronze before any of them lands."""

from datetime import date
from typing import Final

from orchestration.bronze.preview import judge_lines
from orchestration.bronze.rules import load_rules
from orchestration.ingest.account import Finding
from orchestration.ingest.days import RangeOfDaysError, range_of
from orchestration.ingest.prepare import Prepared
from orchestration.settings import Settings

# Lines of which none has a day are judged as those of any day: none of them is an event.
_SOME_DAY: Final = date(2000, 1, 1)


def judge_events(
    settings: Settings, prepared: Prepared, first: date | None, last: date | None
) -> None:
    """Account for every line of JSONL as bronze will: taken, said twice, or in quarantine.

    Lines without a day, or of one out of the range, are judged with the first day, as they land.
    """
    if not prepared.lines:
        return
    try:
        start, end = range_of(prepared.lines, first, last)
    except RangeOfDaysError:
        start = end = first or _SOME_DAY
    by_day: dict[date, list[int]] = {}
    for place, line in enumerate(prepared.lines):
        day = line.day if line.day is not None and start <= line.day <= end else start
        by_day.setdefault(day, []).append(place)
    rules = load_rules(settings.project_root)
    account = prepared.account
    for day, places in sorted(by_day.items()):
        lines = [prepared.lines[place].line for place in places]
        for judged in judge_lines(prepared.source, day, lines, rules):
            account.lines -= 1
            if judged.is_harmless:
                account.merged += 1
                continue
            account.quarantined[judged.reason] += 1
            prepared.places_aside.add(places[judged.place])
            file, line_no = prepared.place_of_line(places[judged.place])
            prepared.line_findings.append(
                Finding(file, line_no, judged.reason, judged.field, judged.value, judged.accepted)
            )
    prepared.are_lines_judged = True
    account.require_equation()
