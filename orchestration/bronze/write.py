"""Bronze and quarantine as Parquet: the same rows are the same bytes, wherever they are written."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.bronze.table import EVENTS, QUARANTINE

_COLUMNS: Final = EVENTS.names
_ROW_GROUP: Final = 122_880
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
]


def write_events(events: pa.Table, source: str, day: date, file: Path) -> None:
    """Write judged events, in the order given, with the source and the day of their object."""
    constants = {
        "source": pa.repeat(pa.scalar(source, pa.string()), len(events)).dictionary_encode(),
        "day": pa.repeat(pa.scalar(day, pa.date32()), len(events)),
    }
    # Names may come as dictionaries and are written from them; the file says plain texts.
    columns = {name: constants[name] if name in constants else events[name] for name in _COLUMNS}
    _write(pa.table(columns), file, _REPEATING)


def write_quarantine(rows: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write quarantine rows, in the order given."""
    if not rows:
        # Nearly every object: the same file each time.
        file.write_bytes(_empty_quarantine())
        return
    _write(pa.Table.from_pylist(list(rows), schema=QUARANTINE), file, ["reason", "object_key"])


@lru_cache(maxsize=1)
def _empty_quarantine() -> bytes:
    target = pa.BufferOutputStream()
    _write(QUARANTINE.empty_table(), target, [])
    content: bytes = target.getvalue().to_pybytes()
    return content


def _write(table: pa.Table, target: Path | pa.NativeFile, repeating: list[str]) -> None:
    # zstd at its first level is two thirds of the default's cost, and as small here.
    pq.write_table(
        table,
        target,
        row_group_size=_ROW_GROUP,
        compression="zstd",
        compression_level=1,
        use_dictionary=repeating,
        # Files are read whole: nobody skips a row group by its bounds.
        write_statistics=False,
        store_schema=False,
    )
