"""One raw object to its bronze and quarantine files, on local disk and on one thread."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
import pyarrow as pa

from orchestration.bronze.canonical import read_canonical
from orchestration.bronze.judge import judge_line
from orchestration.bronze.merge import merge
from orchestration.bronze.parse import Rejected
from orchestration.bronze.reasons import Reason
from orchestration.bronze.rules import Rules
from orchestration.bronze.split import Lines, split
from orchestration.bronze.table import JUDGED
from orchestration.bronze.write import write_events, write_quarantine
from orchestration.errors import WorkFailed

_PREFIX_BYTES: Final = 4096


class EquationBroken(WorkFailed):
    """lines = bronze + quarantined does not hold: nothing of the object may be committed."""


@dataclass(frozen=True)
class RawObject:
    """What a raw object is: where it lies and which events it holds."""

    key: str
    run_id: UUID
    source: str
    day: date


@dataclass(frozen=True)
class Judged:
    """What became of an object: rows by outcome, and the files that hold them."""

    lines: int
    bronze: int
    quarantined: Mapping[str, int]
    notes: Mapping[str, int]
    bronze_file: Path
    quarantine_file: Path


@dataclass(frozen=True)
class _Quarantined:
    index: int
    reason: Reason
    detail: str


def judge_object(body: bytes, raw: RawObject, rules: Rules, folder: Path) -> Judged:
    """Judge every line of an object and write `bronze.parquet` and `quarantine.parquet`.

    The files are a function of `body`, `raw` and `rules` alone.

    Raises:
        EquationBroken: A line was lost or doubled; a defect of this program.
    """
    lines = split(body)
    events, quarantined = _judge(lines, rules, raw.day)
    bronze_file, quarantine_file = folder / "bronze.parquet", folder / "quarantine.parquet"
    write_events(events, raw.source, raw.day, bronze_file)
    rows = [_quarantine_row(lines, item, raw, rules) for item in quarantined]
    write_quarantine(rows, quarantine_file)
    bronze = len(events)
    reasons = Counter(str(item.reason) for item in quarantined)
    if len(lines) != bronze + len(quarantined):
        raise EquationBroken(
            f"{raw.key}: {len(lines)} lines, {bronze} in bronze, {len(quarantined)} quarantined"
        )
    notes = {str(reason): count for reason, count in sorted(lines.notes.items())}
    return Judged(
        len(lines), bronze, dict(sorted(reasons.items())), notes, bronze_file, quarantine_file
    )


def _judge(lines: Lines, rules: Rules, day: date) -> tuple[pa.Table, list[_Quarantined]]:
    """The events of an object in the order of (ts, event_id), and what is set aside."""
    if lines.unreadable is not None:
        detail = f"{len(lines.body)} bytes of another format"
        return JUDGED.empty_table(), [_Quarantined(0, lines.unreadable, detail)]
    canonical = read_canonical(lines, rules, day)
    is_open = np.ones(len(lines), bool)
    is_open[canonical.line_numbers - 1] = False
    quarantined: list[_Quarantined] = []
    rows: list[dict[str, Any]] = []
    for index in np.flatnonzero(is_open).tolist():
        try:
            rows.append(judge_line(lines.line(index), rules, day).row(index + 1))
        except Rejected as rejected:
            quarantined.append(_Quarantined(index, rejected.reason, rejected.detail))
    if rows or not canonical.is_distinct:
        merged = merge(canonical.events, pa.Table.from_pylist(rows, schema=JUDGED))
        quarantined += [
            _Quarantined(
                item.line_no - 1,
                Reason.DUP_EVENT_SAME_PAYLOAD if item.is_same else Reason.DUP_EVENT_CONFLICT,
                f"{item.event_id}, first on line {item.first_line}",
            )
            for item in merged.duplicates
        ]
        return merged.events, sorted(quarantined, key=lambda item: item.index)
    if len(canonical.blocks) == 1 and (np.diff(canonical.micros) > 0).all():
        return canonical.blocks[0], quarantined
    return merge(canonical.events, JUDGED.empty_table()).events, quarantined


def _quarantine_row(
    lines: Lines, item: _Quarantined, raw: RawObject, rules: Rules
) -> dict[str, Any]:
    offset, length = lines.span(item.index)
    content = lines.body[offset : offset + length]
    return {
        "run_id": str(raw.run_id),
        "object_key": raw.key,
        "source": raw.source,
        "day": raw.day,
        "line_no": item.index + 1,
        "byte_offset": offset,
        "byte_len": length,
        "raw_sha256": hashlib.sha256(content).hexdigest(),
        "prefix_base64": base64.b64encode(content[:_PREFIX_BYTES]).decode(),
        "reason": str(item.reason),
        "detail": item.detail,
        "rules_version": rules.version,
    }
