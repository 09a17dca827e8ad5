"""A delivery in words: the equation, what was detected, what is set aside, what it changes."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from orchestration.ingest.account import SAMPLES, samples
from orchestration.ingest.prepare import Prepared
from orchestration.ingest.text import listed
from orchestration.wording import counted, printable

if TYPE_CHECKING:
    from orchestration.ingest.plan import Delivery


def report(prepared: Prepared, delivery: "Delivery | None" = None) -> list[str]:
    """The lines of the report; without `delivery`, of a delivery that is judged and not landed."""
    return list(_lines(prepared, delivery))


def _lines(prepared: Prepared, delivery: "Delivery | None") -> Iterator[str]:
    account = prepared.account
    yield account.equation()
    if prepared.reader is not None and not prepared.lines:
        yield f"  {counted(account.cases, 'case')} of {counted(account.rows, 'row')}"
    yield from (f"  {printable(note, 300)}" for note in prepared.notes)
    yield from _skipped(prepared)
    yield from _merged(prepared)
    yield from _places(prepared)
    yield from (f"  {line}" for line in samples(prepared.stops))
    yield from (f"  {line}" for line in samples(prepared.findings))
    if delivery is not None:
        yield from consequences(delivery)


def consequences(delivery: "Delivery") -> Iterator[str]:
    """What a delivery does to its world, or would do: lines of the report."""
    account = delivery.account
    yield from (f"  {line}" for line in delivery.of_world)
    if delivery.was_taken:
        yield (
            f"  this delivery was taken before: nothing changes, and run {delivery.run.run_id}"
            " stays the newest; where later deliveries changed its cases or took them out,"
            " --replace takes it again"
        )
    elif delivery.repeats:
        yield f"  run {delivery.run.run_id} has all of it as it stands here: nothing changes"
    if delivery.repeats and account.quarantined["DAY_OUT_OF_RANGE"]:
        yield "  rows of other days that landed before stay"
    aside = [item for item in delivery.findings if item.reason != "DAY_OUT_OF_RANGE"]
    if delivery.repeats and not delivery.was_taken and aside:
        are = "is" if len(aside) == 1 else "are"
        yield (
            f"  {counted(len(aside), 'row')} in quarantine {are} said here alone, since no run is"
            " made: --check --json lists all of them"
        )
    if delivery.vanishing:
        cases, named = counted(len(delivery.vanishing), "case"), listed(delivery.vanishing, SAMPLES)
        yield f"  --replace takes {cases} out of the world: {named}"


def _skipped(prepared: Prepared) -> Iterator[str]:
    """The rows that are skipped: those that say something by their text, the others by line."""
    skipped = prepared.reader.skipped if prepared.reader is not None else []
    for item in [item for item in skipped if item.reason in ("TOTAL_ROW", "FOOTNOTE")][:SAMPLES]:
        yield f"  skipped: {item}"
    for kind in ("BLANK_ROW", "REPEATED_HEADER"):
        places = [f"{printable(item.file)}:{item.line}" for item in skipped if item.reason == kind]
        if places:
            more = f" and {len(places) - SAMPLES} more" if len(places) > SAMPLES else ""
            yield f"  skipped: {kind}  {', '.join(places[:SAMPLES])}{more}"


def _merged(prepared: Prepared) -> Iterator[str]:
    """The rows that a later row of the same number replaces."""
    merges = prepared.reader.merges if prepared.reader is not None else []
    yield from (f"  merged: {item}" for item in merges[:SAMPLES])
    if len(merges) > SAMPLES:
        yield f"  merged: and {len(merges) - SAMPLES} more"


def _places(prepared: Prepared) -> Iterator[str]:
    """How municipalities were recognised: one line per way, the most frequent names first."""
    if prepared.reader is None:
        return
    matched = sorted(prepared.reader.matched.items(), key=_by_way)
    for how, found in groupby(matched, key=lambda item: item[0][2]):
        items = list(found)
        rows = sum(count for _, count in items)
        named = "; ".join(_match(text, place, count) for (text, place, _), count in items[:SAMPLES])
        more = len(items) - SAMPLES
        yield (
            f"  municipality by {how}: {counted(rows, 'row')}: {named}"
            + (f"; and {counted(more, 'more name')}" if more > 0 else "")
        )


def _match(text: str, place: str, count: int) -> str:
    written = printable(text) if text else "(empty)"
    return (
        f"{written} ({count})"
        if place.partition(" ")[2] == text
        else f"{written} = {place} ({count})"
    )


def _by_way(item: tuple[tuple[str, str, str], int]) -> tuple[Any, ...]:
    (text, _, how), count = item
    return how, -count, text
