"""A row of a CSV to the events of a case: what is known of its life, and the least that follows.

A source that has only the dates of a case gives a minimal life: filed when it was created, worked
on at once, answered and closed when it says so. Such transitions are made by `system`, and the
manifest counts them as inferred.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from orchestration.ingest.delivery import DeliveredFile, DeliveryError
from orchestration.ingest.mapping import CaseFields, CsvMapping, FieldRule, TimeRule

# An instant; the text that is none; None where there is nothing.
Moment = datetime | str | None

_AT_WORK: Final = ("CLASSIFIED", "ASSIGNED", "IN_PROGRESS")
_STEP: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class MadeEvent:
    """A line for raw, and whether a person recorded it or it follows from the dates."""

    line: bytes
    is_inferred: bool


@dataclass(frozen=True)
class CaseReader:
    """Reads the rows of CSV files by a mapping, into the cases of a world."""

    mapping: CsvMapping
    world_id: UUID
    places: Mapping[str, tuple[str, str]]

    def events(self, file: DeliveredFile) -> Iterator[MadeEvent]:
        """The events of every row.

        Raises:
            DeliveryError: Another encoding than the mapping says, or a column that is missing.
        """
        try:
            text = file.content.decode(self.mapping.encoding)
        except UnicodeDecodeError as error:
            raise DeliveryError(
                f"{file.name} is not {self.mapping.encoding} at byte {error.start}:"
                " set `encoding` in the mapping"
            ) from None
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=self.mapping.delimiter)
        missing = self.mapping.columns() - set(rows.fieldnames or ())
        if missing:
            raise DeliveryError(
                f"{file.name} has no column {', '.join(sorted(missing))}: the mapping"
                f" {self.mapping.name} reads it; found {', '.join(rows.fieldnames or ('none',))}"
            )
        try:
            for row in rows:
                yield from self._case({name: value or "" for name, value in row.items() if name})
        except csv.Error as error:
            raise DeliveryError(f"{file.name}, line {rows.line_num}: {error}") from None

    def _case(self, row: Mapping[str, str]) -> Iterator[MadeEvent]:
        mapping = self.mapping
        name = json.dumps([row[column] for column in mapping.key], ensure_ascii=False)
        ticket = uuid5(self.world_id, name)
        created = self._time(mapping.times.created_at, row)
        yield _event(ticket, "TICKET_CREATED", created, self._created(row))
        if not isinstance(created, datetime):
            return  # bronze says what is wrong with the creation; without it nothing follows
        if text := _value(mapping.text, row):
            yield _message(ticket, "citizen", created + _STEP, text)
        filed = self._time(mapping.times.radicated_at, row)
        answered = self._time(mapping.times.responded_at, row)
        closed = self._time(mapping.times.closed_at, row)
        if (end := answered or closed) and (text := _value(mapping.answer, row)):
            yield _message(ticket, "agent", end, text)
        before = "RECEIVED"
        for status, at, is_known in _life(created, filed, answered, closed):
            data = {"status_from": before, "status_to": status, "actor_role": "system"}
            yield _event(ticket, "STATUS_CHANGED", at, data, is_inferred=not is_known)
            before = status

    def _created(self, row: Mapping[str, str]) -> dict[str, Any]:
        data = {
            name: _value(getattr(self.mapping.fields, name), row)
            for name in CaseFields.model_fields
        }
        region, municipio = self.places.get(data["geo_code"], ("", ""))
        return {**data, "geo_region": region, "geo_municipio": municipio}

    def _time(self, rule: TimeRule | None, row: Mapping[str, str]) -> Moment:
        """An instant; the text itself when no format fits; None when there is none."""
        text = row[rule.column].strip() if rule is not None else ""
        if rule is None or not text:
            return None
        for form in rule.formats:
            try:
                found = datetime.strptime(text, form)
            except ValueError:
                continue
            if found.tzinfo is None:
                found = datetime.fromisoformat(f"{found.isoformat()}{self.mapping.utc_offset}")
            return found
        return text


def _life(
    created: datetime, filed: Moment, answered: Moment, closed: Moment
) -> Iterator[tuple[str, Moment, bool]]:
    """The transitions of a case: status, when, and whether the source says so itself."""
    start = filed if isinstance(filed, datetime) else created + 2 * _STEP
    yield "RADICATED", filed or start, bool(filed)
    for steps, status in enumerate(_AT_WORK, 1):
        yield status, start + _STEP * steps, False
    if end := answered or closed:
        yield "RESPONDED", end, bool(answered)
    if closed:
        # Two transitions need two instants, also where the source has one date for both.
        later = closed + _STEP if isinstance(closed, datetime) and closed == end else closed
        yield "CLOSED", later, True


def _message(ticket: UUID, role: str, at: Moment, text: str) -> MadeEvent:
    data = {"role": role, "text": text, "text_len": len(text)}
    return _event(ticket, "MESSAGE_ADDED", at, data)


def _event(
    ticket: UUID,
    event_type: str,
    at: Moment,
    data: Mapping[str, Any],
    *,
    is_inferred: bool = False,
) -> MadeEvent:
    name = f"{event_type}/{data.get('status_to') or data.get('role') or ''}"
    value = {
        "event_id": str(uuid5(ticket, name)),
        "ticket_id": str(ticket),
        "event_type": event_type,
        "ts": at.isoformat(timespec="microseconds") if isinstance(at, datetime) else at or "",
        "data": data,
    }
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return MadeEvent(line, is_inferred)


def _value(rule: FieldRule | None, row: Mapping[str, str]) -> str:
    if rule is None or rule.constant is not None:
        return (rule.constant or "") if rule else ""
    text = row[rule.column or ""].strip()
    if not text:
        return rule.default or ""
    folded = {key.casefold(): value for key, value in rule.values.items()}
    return folded.get(text.casefold(), text)
