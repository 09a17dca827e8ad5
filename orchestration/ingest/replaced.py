"""What a delivery does to cases of the world, in words: before it lands, and in its report."""

from collections.abc import Iterator, Mapping, Sequence

from orchestration.ingest.account import SAMPLES
from orchestration.ingest.life import Case
from orchestration.ingest.prepare import Prepared
from orchestration.ingest.text import listed
from orchestration.ingest.world import HeldCase, ids_of
from orchestration.wording import counted

_CREATION = b"TICKET_CREATED"


def said_of_world(
    prepared: Prepared, held: Mapping[str, HeldCase], look_alikes: Mapping[str, HeldCase]
) -> Iterator[str]:
    """Say which cases of the world are replaced, what they lose, and what lacks its creation.

    Args:
        prepared: What was delivered.
        held: The cases of the world that it names, by ticket_id.
        look_alikes: Those whose number differs in capital letters or leading zeros from one of it.
    """
    pairs = [(case, held[str(case.ticket)]) for case in prepared.cases if str(case.ticket) in held]
    if pairs:
        names = _cases([known.name for _, known in pairs])
        yield f"in the world already, so that what is delivered now counts: {names}"
    moved = [
        f"{known.name}: {known.source}, now {case.data['source_channel']}"
        for case, known in pairs
        if known.source != case.data["source_channel"]
    ]
    if moved:
        yield f"of another channel than in the world, so perhaps not the same: {_cases(moved)}"
    lost = [known.name for case, known in pairs if known.is_answered and not _is_answered(case)]
    if lost:
        yield f"answered or closed in the world, open now: {_cases(lost)}"
    if look_alikes:
        names = _cases([case.name for case in look_alikes.values()])
        yield (
            "numbers of the world that differ in capital letters or leading zeros from delivered"
            f" ones, and so are other cases: {names}"
        )
    orphans = _without_creation(prepared, held)
    if orphans:
        yield (
            f"events of {_cases(orphans)} whose creation is neither delivered nor in the world:"
            " silver leaves them out until it is"
        )


def _without_creation(prepared: Prepared, held: Mapping[str, HeldCase]) -> list[str]:
    taken = [item.line for item in prepared.lines_taken]
    tickets, _ = ids_of(taken)
    created, _ = ids_of(line for line in taken if _CREATION in line)
    known = {ticket for ticket, case in held.items() if case.created_on is not None}
    return sorted(tickets - created - known)


def _is_answered(case: Case) -> bool:
    return case.dates.answered is not None or case.dates.closed is not None


def _cases(names: Sequence[str]) -> str:
    return f"{counted(len(names), 'case')} ({listed(names, SAMPLES)})"
