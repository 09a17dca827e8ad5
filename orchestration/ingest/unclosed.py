"""What is to be said of a register that tells when cases were answered, and never closed."""

from collections.abc import Iterator, Sequence

from orchestration.ingest.life import Case
from orchestration.ingest.mapping import CsvMapping
from orchestration.wording import counted


def notes_of_unclosed(mapping: CsvMapping, cases: Sequence[Case]) -> Iterator[str]:
    """A note where no column closes cases: what is answered would be pending for ever."""
    answered = sum(case.dates.answered is not None for case in cases)
    if answered and mapping.times.closed_at is None:
        yield (
            f"{counted(answered, 'case')} answered and none closed, since `times` has no"
            " closed_at: they count as pending; where an answer ends a case, map its date to"
            " closed_at"
        )
