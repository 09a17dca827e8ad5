"""What bronze would say of lines that have not landed: its own verdict, by field and value."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import pyarrow.parquet as pq

from orchestration.bronze.object import RawObject, judge_object
from orchestration.bronze.rules import HARMLESS, Reason, Rules

_FIELDS: Final = {
    Reason.BAD_EVENT_ID: "event_id",
    Reason.BAD_TICKET_ID: "ticket_id",
    Reason.UNKNOWN_EVENT_TYPE: "event_type",
    Reason.SCHEMA_VERSION_UNKNOWN: "schema_version",
    Reason.UNKNOWN_GEO: "data.geo_municipio",
    Reason.DUP_EVENT_CONFLICT: "event_id",
    Reason.DUP_EVENT_SAME_PAYLOAD: "event_id",
    Reason.EMPTY_TEXT: "data.text",
    Reason.TEXT_LENGTH_MISMATCH: "data.text_len",
    Reason.SIZE_NOT_POSITIVE: "data.size_kb",
    **dict.fromkeys(
        (
            Reason.TS_UNPARSABLE, Reason.TS_NO_OFFSET, Reason.TS_OUT_OF_RANGE,
            Reason.TS_DAY_MISMATCH,
        ),
        "ts",
    ),
}  # fmt: skip
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True)
class JudgedLine:
    """A line that bronze would not take: its place among those that were given, and why.

    `field` is empty where the line is not an event at all. `is_harmless`: it says again what
    another line says.
    """

    place: int
    reason: str
    field: str
    value: str
    accepted: str
    is_harmless: bool


def judge_lines(
    source: str, day: date, lines: Sequence[bytes], rules: Rules
) -> tuple[JudgedLine, ...]:
    """Judge lines as bronze will judge them in the object of `source` and `day`.

    Args:
        source: The channel of the object.
        day: The Colombian day of the object.
        lines: Lines with their ends.
        rules: The known values.
    """
    raw = RawObject("", _NOBODY, source, day)
    with tempfile.TemporaryDirectory(prefix="pqr-check-") as name:
        judged = judge_object(b"".join(lines), raw, rules, Path(name))
        if not judged.quarantined:
            return ()
        columns = ["line_no", "reason", "detail"]
        rows = pq.read_table(judged.quarantine_file, columns=columns).to_pylist()
    accepted = _accepted(rules)
    return tuple(
        JudgedLine(
            row["line_no"] - 1,
            row["reason"],
            *_field_and_value(Reason(row["reason"]), row["detail"]),
            accepted.get(Reason(row["reason"]), ""),
            row["reason"] in HARMLESS,
        )
        for row in rows
    )


def _field_and_value(reason: Reason, detail: str) -> tuple[str, str]:
    """The parts of a detail: "data.priority is urgent" is about a field, "byte 7" is not."""
    if reason in _FIELDS:
        return _FIELDS[reason], detail
    field, said, value = detail.partition(" is ")
    if said and " " not in field:
        return field, value
    return ("", detail) if reason is not Reason.UNKNOWN_FIELD else (detail, "")


def _accepted(rules: Rules) -> dict[Reason, str]:
    return {
        Reason.UNKNOWN_CHANNEL: ", ".join(rules.channels),
        Reason.CHANNEL_MISMATCH: "the channel that --source names",
        Reason.UNKNOWN_PQRS_TYPE: ", ".join(rules.pqrs_types),
        Reason.UNKNOWN_PRIORITY: ", ".join(rules.priorities),
        Reason.UNKNOWN_STATUS: ", ".join(rules.statuses),
        Reason.UNKNOWN_ROLE: ", ".join((*rules.roles, *rules.actor_roles)),
        Reason.UNKNOWN_GEO: "region and municipality of seeds/dim_geo.csv, or a DIVIPOLA code",
        Reason.TS_UNPARSABLE: "2025-03-03T14:12:00.000000Z",
        Reason.TS_NO_OFFSET: "an instant with its offset, or Z",
        Reason.TS_DAY_MISMATCH: "days of the delivery (--start, --end)",
        Reason.NOT_AN_OBJECT: "one object in each line: {...}",
        Reason.BAD_EVENT_ID: "a UUID",
        Reason.BAD_TICKET_ID: "a UUID",
    }
