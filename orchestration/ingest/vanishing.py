"""The cases that --replace takes out of a world: those that the delivery lacks on its days."""

from collections import Counter
from datetime import date

from orchestration.ingest.account import SAMPLES, DeliveryRefused
from orchestration.ingest.prepare import Prepared
from orchestration.ingest.text import listed
from orchestration.ingest.world import Held, HeldCase, cases_created, ids_of
from orchestration.lake.instants import local_day
from orchestration.settings import Settings
from orchestration.wording import counted


def vanishing_cases(
    settings: Settings, prepared: Prepared, held: Held
) -> tuple[dict[str, HeldCase], list[str]]:
    """The cases of the world that --replace takes out, and what is said of those that stay.

    They vanish where the delivery says which days it covers, with --start and --end: cases of its
    channels that were created on these days and that no row of it names. A row in quarantine names
    its case as well. A delivery without a case covers the channel of --source.

    Raises:
        DeliveryRefused: Cases would vanish, and rows of the delivery cannot be read so far that
            they could not be of these cases.
    """
    first, last = _days(prepared)
    if first is None or last is None or not held.partitions:
        return {}, []
    named = {str(case.ticket) for case in prepared.cases}
    named |= ids_of(item.line for item in prepared.lines)[0]
    nameless = _nameless_lines(prepared)
    if prepared.reader is not None:
        named |= {str(ticket) for ticket in prepared.reader.named_aside}
        nameless += prepared.reader.nameless
    there = cases_created(settings, held, first, last)
    lacking = {ticket: case for ticket, case in there.items() if ticket not in named}
    sources = {case.data["source_channel"] for case in prepared.cases}
    if prepared.lines or not sources:
        sources.add(prepared.source)
    own = {ticket: case for ticket, case in lacking.items() if case.source in sources}
    if None in prepared.days:
        return {}, _said_without_days(own, first, last)
    if own and nameless:
        raise DeliveryRefused(
            f"DELIVERY_REFUSED: nothing landed.\n  --replace would take {_cases(own)} out of the"
            f" world, and {counted(len(nameless), 'row')} in quarantine may be of them, since no"
            f" number can be read there ({listed(nameless, SAMPLES)}): mend the rows, or leave out"
            " --replace"
        )
    others = Counter(case.source for case in lacking.values() if case.source not in sources)
    named_others = ", ".join(f"{count:,} of {source}" for source, count in sorted(others.items()))
    return own, [f"cases of other channels on these days stay: {named_others}"] if others else []


def _nameless_lines(prepared: Prepared) -> list[str]:
    """The places of lines in quarantine, other than blank ones, whose case cannot be read."""
    lines = ((place, prepared.lines[place].line) for place in sorted(prepared.places_aside))
    return [
        ":".join(map(str, prepared.place_of_line(place)))
        for place, line in lines
        if line.strip() and not ids_of([line])[0]
    ]


def _days(prepared: Prepared) -> tuple[date | None, date | None]:
    """The days of --start and --end; where one is not given, those of the creations delivered."""
    days = [local_day(case.dates.created.at) for case in prepared.cases]
    days = days or [item.day for item in prepared.lines if item.day is not None]
    first, last = prepared.days
    return first or min(days, default=None), last or max(days, default=None)


def _said_without_days(lacking: dict[str, HeldCase], first: date, last: date) -> list[str]:
    if not lacking:
        return []
    return [
        f"of its channels, created from {first} to {last}, the world has {_cases(lacking)} beside"
        " it, and keeps them: --replace takes out what a delivery lacks where --start and --end say"
        " which days it covers"
    ]


def _cases(cases: dict[str, HeldCase]) -> str:
    names = sorted(case.name for case in cases.values())
    return f"{counted(len(names), 'case')} ({listed(names, SAMPLES)})"
