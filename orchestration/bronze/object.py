"""One raw object to its bronze and quarantine files, on local disk and on one thread."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.bronze.candidates import read_candidates
from orchestration.bronze.fast import create_places, write_canonical
from orchestration.bronze.judge import judge_line
from orchestration.bronze.parse import Rejected
from orchestration.bronze.reasons import Reason
from orchestration.bronze.rules import Rules
from orchestration.bronze.split import Lines, split
from orchestration.bronze.table import COPY_OPTIONS, JUDGED, QUARANTINE
from orchestration.errors import WorkFailed
from orchestration.lake.duckdb import quoted

_PREFIX_BYTES: Final = 4096
_MEMORY_LIMIT: Final = "512MB"


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
    connection = _engine(rules)
    bronze_file, quarantine_file = folder / "bronze.parquet", folder / "quarantine.parquet"
    bronze, quarantined = _judge(connection, lines, rules, raw, bronze_file)
    _write_quarantine(connection, lines, quarantined, raw, rules, quarantine_file)
    reasons = Counter(str(item.reason) for item in quarantined)
    if len(lines) != bronze + len(quarantined):
        raise EquationBroken(
            f"{raw.key}: {len(lines)} lines, {bronze} in bronze, {len(quarantined)} quarantined"
        )
    notes = {str(reason): count for reason, count in sorted(lines.notes.items())}
    return Judged(
        len(lines), bronze, dict(sorted(reasons.items())), notes, bronze_file, quarantine_file
    )


@lru_cache(maxsize=1)
def _engine(rules: Rules) -> duckdb.DuckDBPyConnection:
    """One engine a process and rules: opening one costs as much as judging thousands of lines."""
    connection = duckdb.connect(
        config={
            "threads": "1",
            "memory_limit": _MEMORY_LIMIT,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    connection.execute("set TimeZone = 'UTC'")
    create_places(connection, rules)
    return connection


def _judge(
    connection: duckdb.DuckDBPyConnection,
    lines: Lines,
    rules: Rules,
    raw: RawObject,
    file: Path,
) -> tuple[int, list[_Quarantined]]:
    """Write the events of an object; gives their number, and what is set aside."""
    constants = f"{quoted(raw.source)} as source, date '{raw.day}' as day"
    candidates = read_candidates(lines, rules, raw.day)
    has_escapes = b"\\" in lines.body
    taken = write_canonical(connection, candidates, rules, constants, file, has_escapes=has_escapes)
    if lines.unreadable is not None:
        return 0, [_Quarantined(0, lines.unreadable, f"{len(lines.body)} bytes of another format")]
    is_open = np.ones(len(lines), bool)
    is_open[taken - 1] = False
    quarantined: list[_Quarantined] = []
    rows: list[dict[str, Any]] = []
    for index in np.flatnonzero(is_open).tolist():
        try:
            rows.append(judge_line(lines.line(index), rules, raw.day).row(index + 1))
        except Rejected as rejected:
            quarantined.append(_Quarantined(index, rejected.reason, rejected.detail))
    if rows or not candidates.is_distinct:
        duplicates = _merge(connection, rows, constants, file)
        return len(taken) + len(rows) - len(duplicates), quarantined + duplicates
    return len(taken), quarantined


def _merge(
    connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]], constants: str, file: Path
) -> list[_Quarantined]:
    """Write the file again with what the slow path took, and without duplicates."""
    columns = "line_no, event_id, ticket_id, event_type, ts, ts_original, data"
    connection.register("slow", pa.Table.from_pylist(rows, schema=JUDGED))
    connection.execute(
        f"create or replace temp table judged as select {columns} from"
        f" read_parquet({quoted(str(file))}) union all by name select {columns} from slow"
    )
    connection.unregister("slow")
    duplicates = _take_duplicates(connection)
    connection.execute(
        f"copy (select event_id, ticket_id, event_type, ts, ts_original, data, {constants}, line_no"
        f" from judged order by ts, event_id) to {quoted(str(file))} ({COPY_OPTIONS})"
    )
    connection.execute("drop table judged")
    return duplicates


def _take_duplicates(connection: duckdb.DuckDBPyConnection) -> list[_Quarantined]:
    """Of the lines with one event_id the first counts; the others leave the table."""
    later = connection.execute(
        """
        select line_no, event_id, first_line, payload = first_payload as is_same
        from (
            select
                line_no, event_id, {t: ticket_id, e: event_type, s: ts, d: data} as payload,
                first_value(line_no) over same_event as first_line,
                first_value(payload) over same_event as first_payload
            from judged
            where event_id in (select event_id from judged group by all having count(*) > 1)
            window same_event as (partition by event_id order by line_no)
        )
        where line_no > first_line
        order by line_no
        """
    ).fetchall()
    connection.execute(
        "delete from judged where line_no in (select unnest(?::bigint[]))",
        [[row[0] for row in later]],
    )
    reasons = (Reason.DUP_EVENT_CONFLICT, Reason.DUP_EVENT_SAME_PAYLOAD)
    return [
        _Quarantined(line_no - 1, reasons[bool(is_same)], f"{event_id}, first on line {first}")
        for line_no, event_id, first, is_same in later
    ]


def _write_quarantine(
    connection: duckdb.DuckDBPyConnection,
    lines: Lines,
    quarantined: list[_Quarantined],
    raw: RawObject,
    rules: Rules,
    file: Path,
) -> None:
    rows = []
    for item in sorted(quarantined, key=lambda item: item.index):
        offset, length = lines.span(item.index)
        content = lines.body[offset : offset + length]
        rows.append(
            {
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
        )
    connection.register("quarantined", pa.Table.from_pylist(rows, schema=QUARANTINE))
    connection.execute(f"copy (from quarantined) to {quoted(str(file))} ({COPY_OPTIONS})")
    connection.unregister("quarantined")
