"""The citizens' messages of a bronze object, in tables of bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# Of a longer text no model reads more: time and memory per text are bounded.
LONGEST_TEXT: Final = 20_000
TEXTS_AT_ONCE: Final = 4096
CHARACTERS_AT_ONCE: Final = 2_000_000
_READ: Final = ("line_no", "event_id", "ticket_id", "event_type", "data.role", "data.text")

# What identifies a message; every table of enrichment begins with it.
MESSAGE: Final = pa.schema(
    [
        ("source", pa.string()),
        ("day", pa.date32()),
        ("line_no", pa.int64()),
        ("message_id", pa.string()),
        ("ticket_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class BronzeFile:
    """A local copy of a bronze object of events."""

    path: Path
    source: str
    day: date


def citizens_messages(file: BronzeFile) -> Iterator[pa.Table]:
    """Yield what citizens wrote, in the order of the object: MESSAGE and `text`, cut if long."""
    with pq.ParquetFile(file.path) as opened:
        for batch in opened.iter_batches(TEXTS_AT_ONCE, columns=list(_READ), use_threads=False):
            role = pc.struct_field(batch["data"], "role")
            is_message = pc.equal(batch["event_type"], "MESSAGE_ADDED")
            is_citizen = pc.fill_null(pc.and_(is_message, pc.equal(role, "citizen")), False)
            chosen = batch.filter(is_citizen)
            text = pc.struct_field(chosen["data"], "text")
            table = pa.table(
                {
                    "source": pa.repeat(pa.scalar(file.source), len(chosen)),
                    "day": pa.repeat(pa.scalar(file.day, pa.date32()), len(chosen)),
                    "line_no": chosen["line_no"],
                    "message_id": chosen["event_id"],
                    "ticket_id": chosen["ticket_id"],
                    "text": pc.utf8_slice_codeunits(text, 0, LONGEST_TEXT),
                }
            )
            yield from _pieces(table)


def is_enough(tables: list[pa.Table]) -> bool:
    """Whether these tables together are as much as should be judged at once."""
    texts = sum(map(len, tables))
    return texts >= TEXTS_AT_ONCE or sum(int(one["text"].nbytes) for one in tables) >= (
        CHARACTERS_AT_ONCE
    )


def _pieces(messages: pa.Table) -> Iterator[pa.Table]:
    """Cut a table where its texts become too many characters; a text is never cut."""
    sizes = pc.fill_null(pc.utf8_length(messages["text"]), 0).to_pylist()
    start, size = 0, 0
    for place, characters in enumerate(sizes):
        if size and size + characters > CHARACTERS_AT_ONCE:
            yield messages.slice(start, place - start)
            start, size = place, 0
        size += characters
    if start < len(messages):
        yield messages.slice(start)
