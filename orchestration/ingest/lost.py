"""What an earlier row of a case says and the row that counts does not: said, since it is gone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from orchestration.ingest.life import Case
from orchestration.ingest.mapping import CsvMapping
from orchestration.ingest.text import listed
from orchestration.wording import counted, printable

_SHOWN: Final = 5
_LOST: Final[Mapping[str, Callable[[Case], object]]] = {
    "filed in a row before, without that date in the row that counts": lambda c: c.dates.filed,
    "answered in a row before, without that date in the row that counts": (
        lambda c: c.dates.answered
    ),
    "closed in a row before, open in the row that counts": lambda c: c.dates.closed,
    "with a text in a row before, without it in the row that counts": lambda c: c.text,
    "with the text of an answer in a row before, without it in the row that counts": (
        lambda c: c.answer
    ),
}


def notes_of_lost(cases: Sequence[Sequence[Case]]) -> Iterator[str]:
    """A note for each thing that is lost. `cases` are the rows of each case; the last one counts.

    Named are the number of the case, and the last row that says the thing.
    """
    for what, value in _LOST.items():
        found = []
        for *before, last in cases:
            said = [] if value(last) else [case for case in before if value(case)]
            found += [f"{last.name} ({case.file}:{case.line})" for case in said[-1:]]
        if found:
            yield f"{what}: {listed(found, _SHOWN)}"
    # Where the newest rows or files come first, the row that counts is the older one.
    later = [
        _placed(case)
        for *before, last in cases
        for case in before[-1:]
        if case.dates.closed and last.dates.closed and case.dates.closed.at > last.dates.closed.end
    ]
    if later:
        yield f"closed later in a row before than in the row that counts: {listed(later, _SHOWN)}"


def notes_of_undated(cases: Sequence[Case]) -> Iterator[str]:
    """A note on texts of answers and on outcomes that have no date: they make no event."""
    undated = [case for case in cases if case.dates.answered is None and case.dates.closed is None]
    if found := [_placed(case) for case in undated if case.answer]:
        yield (
            f"{counted(len(found), 'answer')} without a date: the case stays open, and the text is"
            f" not taken: {listed(found, _SHOWN)}"
        )
    if found := [_placed(case) for case in undated if case.outcome]:
        yield (
            f"{counted(len(found), 'outcome')} without a date: the case stays open, and the outcome"
            f" is not taken: {listed(found, _SHOWN)}"
        )


def notes_of_answered(mapping: CsvMapping, cases: Sequence[Case]) -> Iterator[str]:
    """A note on cases with an end that `outcome` reads as none: they count as answered."""
    if mapping.outcome is None:
        return
    ended = [case for case in cases if case.dates.answered or case.dates.closed]
    if found := [_placed(case) for case in ended if not case.outcome]:
        yield (
            f"{counted(len(found), 'case')} answered or closed without an outcome in"
            f" {printable(mapping.outcome.column or 'outcome')}: they count as ANSWERED; where they"
            f" are not, say so below `values` of `outcome`: {listed(found, _SHOWN)}"
        )


def _placed(case: Case) -> str:
    return f"{case.name} ({case.file}:{case.line})"
