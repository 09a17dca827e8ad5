"""The events of a case: what its source says, and the least that follows from it.

A source that has only the dates of a case gives a minimal life: filed when it was created, worked
on at once, answered and closed when it says so. Such transitions are made by `system`, and the
manifest counts them as inferred.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from orchestration.ingest.dates import Moment

_AT_WORK: Final = ("CLASSIFIED", "ASSIGNED", "IN_PROGRESS")
_STEP: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Dates:
    """When a case was created and, as far as it is known, filed, answered and closed."""

    created: Moment
    filed: Moment | None = None
    answered: Moment | None = None
    closed: Moment | None = None


@dataclass(frozen=True)
class Case:
    """A row that became a case; `data` are the fields of its creation, `key` its number."""

    ticket: UUID
    name: str
    file: str
    line: int
    dates: Dates
    data: Mapping[str, str]
    text: str
    answer: str
    key: tuple[str, ...] = ()
    outcome: str = ""
    office: str = ""


@dataclass(frozen=True)
class MadeEvent:
    """A line for raw, and whether a person recorded it or it follows from the dates."""

    at: datetime
    line: bytes
    is_inferred: bool


def out_of_order(dates: Dates) -> tuple[str, str] | None:
    """The two times that cannot both be right, the later one first; None when they can.

    A bare day fits wherever any instant of it does.
    """
    before = ("created_at", dates.created)
    later = {
        "radicated_at": dates.filed,
        "responded_at": dates.answered,
        "closed_at": dates.closed,
    }
    for name, moment in later.items():
        if moment is None:
            continue
        if moment.end < dates.created.at:
            return name, "created_at"
        if moment.end < before[1].at:
            return name, before[0]
        before = (name, moment)
    return None


def life(dates: Dates) -> Iterator[tuple[str, datetime, bool]]:
    """The transitions of a case: status, when, and whether the source says so itself.

    Each lies after the one before it: a bare day of answer or closing is the end of that day, and
    what follows is moved by microseconds where the source has one instant for both.
    """
    closed = dates.closed.end if dates.closed else None
    answered = dates.answered.end if dates.answered else None
    if answered is not None and closed is not None:
        answered = min(answered, closed)
    last = dates.created.at + _STEP  # what the citizen wrote
    filed = last + _STEP if dates.filed is None else max(dates.filed.at, last + _STEP)
    yield "RADICATED", filed, dates.filed is not None
    last = filed
    for status in _AT_WORK:
        last += _STEP
        yield status, last, False
    if end := answered or closed:
        last = max(end, last + _STEP)
        yield "RESPONDED", last, answered is not None
    if closed is not None:
        yield "CLOSED", max(closed, last + _STEP), True


def events(case: Case) -> Iterator[MadeEvent]:
    """Every event of a case; the same case is the same lines."""
    created = case.dates.created.at
    yield _event(case.ticket, "TICKET_CREATED", created, case.data)
    if case.text:
        yield _message(case.ticket, "citizen", created + _STEP, case.text)
    before = "RECEIVED"
    for status, at, is_known in life(case.dates):
        if status == "RESPONDED" and case.answer:
            yield _message(case.ticket, "agent", at, case.answer)
        data = {"status_from": before, "status_to": status, "actor_role": "system"}
        if status == "RESPONDED" and case.outcome:
            data["outcome"] = case.outcome
        if status == "ASSIGNED" and case.office:
            data["dependencia_id"] = case.office
        yield _event(case.ticket, "STATUS_CHANGED", at, data, is_inferred=not is_known)
        before = status


def _message(ticket: UUID, role: str, at: datetime, text: str) -> MadeEvent:
    return _event(ticket, "MESSAGE_ADDED", at, {"role": role, "text": text, "text_len": len(text)})


def _event(
    ticket: UUID,
    event_type: str,
    at: datetime,
    data: Mapping[str, Any],
    *,
    is_inferred: bool = False,
) -> MadeEvent:
    name = f"{event_type}/{data.get('status_to') or data.get('role') or ''}"
    value = {
        "event_id": str(uuid5(ticket, name)),
        "ticket_id": str(ticket),
        "event_type": event_type,
        "ts": at.isoformat(timespec="microseconds"),
        "data": data,
    }
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return MadeEvent(at, line, is_inferred)
