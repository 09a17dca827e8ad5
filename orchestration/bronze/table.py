"""The schemas of bronze: explicit, the same for every object, whatever is in it."""

from typing import Final

import pyarrow as pa

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


def sql_type(kind: pa.DataType) -> str:
    """The DuckDB type of a field of `data`."""
    return "bigint" if pa.types.is_integer(kind) else "varchar"


DATA_SQL_TYPE: Final = (
    "struct(" + ", ".join(f"{name} {sql_type(kind)}" for name, kind in DATA_FIELDS.items()) + ")"
)
