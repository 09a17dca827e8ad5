"""Bronze and quarantine as Parquet: explicit schemas, and the same bytes for the same rows."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.bronze.blocks import Quarantined

DATA_FIELDS: Final = {
    "external_id": pa.string(),
    "source_channel": pa.string(),
    "pqrs_type": pa.string(),
    "subtype": pa.string(),
    "priority": pa.string(),
    "geo_region": pa.string(),
    "geo_municipio": pa.string(),
    "geo_code": pa.string(),
    "role": pa.string(),
    "text": pa.string(),
    "text_len": pa.int64(),
    "status_from": pa.string(),
    "status_to": pa.string(),
    "actor_role": pa.string(),
    "file_type": pa.string(),
    "size_kb": pa.int64(),
    "outcome": pa.string(),
    "dependencia_id": pa.string(),
    "agent_id": pa.string(),
    "business_days": pa.int64(),
    "reason": pa.string(),
    "petitioner": pa.struct([("is_anonymous", pa.bool_()), ("kind", pa.string())]),
}

# What an event is, before the object it came in adds source, day and line.
JUDGED: Final = pa.schema(
    [
        ("line_no", pa.int64()),
        ("event_id", pa.string()),
        ("ticket_id", pa.string()),
        ("event_type", pa.string()),
        ("ts", pa.timestamp("us", tz="UTC")),
        ("ts_original", pa.string()),
        ("data", pa.struct(list(DATA_FIELDS.items()))),
    ]
)

QUARANTINE: Final = pa.schema(
    [
        ("run_id", pa.string()),
        ("object_key", pa.string()),
        ("source", pa.string()),
        ("day", pa.date32()),
        ("line_no", pa.int64()),
        ("byte_offset", pa.int64()),
        ("byte_len", pa.int64()),
        ("raw_sha256", pa.string()),
        ("prefix_base64", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("rules_version", pa.string()),
    ]
)

# A reader's view of bronze: what was judged, and the object it came from.
EVENTS: Final = pa.schema(
    [
        *(field for field in JUDGED if field.name != "line_no"),
        ("source", pa.string()),
        ("day", pa.date32()),
        ("line_no", pa.int64()),
    ]
)

ROW_GROUP: Final = 122_880
# A row group of unusually long texts ends before its rows fill the memory of a worker.
_ROW_GROUP_BYTES: Final = 128 << 20
# Ids and texts hardly repeat: a dictionary of them would be built and thrown away.
_REPEATING: Final = [
    "event_type",
    "source",
    "day",
    "data.source_channel",
    "data.pqrs_type",
    "data.subtype",
    "data.priority",
    "data.geo_region",
    "data.geo_municipio",
    "data.geo_code",
    "data.role",
    "data.status_from",
    "data.status_to",
    "data.actor_role",
    "data.file_type",
    "data.outcome",
    "data.dependencia_id",
    "data.agent_id",
    "data.reason",
    "data.petitioner.kind",
]


def sql_type(kind: pa.DataType) -> str:
    """The DuckDB type of a field of `data`."""
    if pa.types.is_struct(kind):
        inner = (kind.field(place) for place in range(kind.num_fields))
        return "struct(" + ", ".join(f"{f.name} {sql_type(f.type)}" for f in inner) + ")"
    if pa.types.is_boolean(kind):
        return "boolean"
    return "bigint" if pa.types.is_integer(kind) else "varchar"


DATA_SQL_TYPE: Final = (
    "struct(" + ", ".join(f"{name} {sql_type(kind)}" for name, kind in DATA_FIELDS.items()) + ")"
)


def write_events(tables: Iterable[pa.Table], source: str, day: date, file: Path) -> int:
    """Write judged events, in the order given, with the source and the day of their object.

    The tables, at least one, have the columns of JUDGED: names as texts or as dictionaries.

    Returns:
        The number of events.
    """
    groups = (_with_object(table, source, day) for table in _row_groups(tables))
    return _write(groups, file, _REPEATING)


def write_quarantine(tables: Iterable[pa.Table], file: Path) -> int:
    """Write tables of the schema QUARANTINE, at least one; return the number of rows."""
    return _write(_row_groups(tables), file, ["reason", "object_key"])


def write_empty_quarantine(file: Path) -> None:
    """Write a quarantine without rows: nearly every object has one, the same each time."""
    file.write_bytes(_empty_quarantine())


def quarantine_table(
    lines: Iterable[Quarantined], run_id: UUID, key: str, source: str, day: date, version: str
) -> pa.Table:
    """Lines that do not enter bronze as rows; `version` is that of the rules."""
    rows = [
        {
            "run_id": str(run_id),
            "object_key": key,
            "source": source,
            "day": day,
            "line_no": line.index + 1,
            "byte_offset": line.offset,
            "byte_len": line.length,
            "raw_sha256": line.sha256,
            "prefix_base64": base64.b64encode(line.prefix).decode(),
            "reason": str(line.reason),
            "detail": line.detail,
            "rules_version": version,
        }
        for line in lines
    ]
    return pa.Table.from_pylist(rows, schema=QUARANTINE)


def _with_object(events: pa.Table, source: str, day: date) -> pa.Table:
    constants = {
        "source": pa.repeat(pa.scalar(source, pa.string()), len(events)).dictionary_encode(),
        "day": pa.repeat(pa.scalar(day, pa.date32()), len(events)),
    }
    # Names may come as dictionaries; the schema of the file has plain texts all the same.
    return pa.table(
        {name: constants[name] if name in constants else events[name] for name in EVENTS.names}
    )


def _row_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of one row group each; a table longer than that stays as it is."""
    waiting: list[pa.Table] = []
    for table in tables:
        rows, size = sum(map(len, waiting)), sum(piece.nbytes for piece in waiting)
        if waiting and (rows + len(table) > ROW_GROUP or size >= _ROW_GROUP_BYTES):
            yield _joined(waiting)
            waiting.clear()
        waiting.append(table)
    if waiting:
        yield _joined(waiting)


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    # One chunk per column: pages begin again where a chunk does.
    return tables[0] if len(tables) == 1 else pa.concat_tables(tables).combine_chunks()


@lru_cache(maxsize=1)
def _empty_quarantine() -> bytes:
    target = pa.BufferOutputStream()
    _write([QUARANTINE.empty_table()], target, [])
    content: bytes = target.getvalue().to_pybytes()
    return content


def _write(tables: Iterable[pa.Table], target: Path | pa.NativeFile, repeating: list[str]) -> int:
    rows, writer = 0, None
    try:
        for table in tables:
            writer = writer or pq.ParquetWriter(
                target,
                table.schema,
                # zstd at its first level is two thirds of the default's cost, and as small here.
                compression="zstd",
                compression_level=1,
                use_dictionary=repeating,
                # Files are read whole: no reader skips a row group by its bounds.
                write_statistics=False,
                store_schema=False,
            )
            writer.write_table(table, row_group_size=ROW_GROUP)
            rows += len(table)
    finally:
        if writer is not None:
            writer.close()
    return rows
