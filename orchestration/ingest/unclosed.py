"""What is to be said of a register that tells when cases were answered, and never closed."""

from collections.abc import Iterator, Sequence

from orchestration.ingest.life import Case
from orchestration.ingest.mapping import CsvMapping
from orchestration.wording import counted


def notes_of_unclosed(mapping: CsvMapping, cases: Sequence[Case]) -> Iterator[str]:
    """A note on what is answered and counts as pending: for ever, where no column closes cases."""
    answered = [case.dates for case in cases if case.dates.answered is not None]
    pending = counted(sum(dates.closed is None for dates in answered), "case")
    if answered and mapping.times.closed_at is None:
        yield (
            f"{pending} answered and none closed, since `times` has no closed_at: they count as"
            " pending; where an answer ends a case, map its date to closed_at"
        )
    elif any(dates.closed is None for dates in answered):
        yield (
            f"{pending} answered and not closed: they count as pending; where an answer ends a"
            " case, map its date to closed_at"
        )
