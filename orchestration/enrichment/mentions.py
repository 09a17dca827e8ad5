"""What messages name, without what must not be shown: a row per identifier, date, amount or place.

Of personal data only the kind and the place in the text are kept. With a key, equal values have
equal digests (HMAC-SHA-256), so that the cases of one person can be joined and nobody is named;
without one there are no digests, since those of short numbers without a key can be guessed.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

from orchestration.enrichment.entities import PERSONAL, Entity, find_entities
from orchestration.enrichment.letters import lower, without_accents
from orchestration.enrichment.messages import MESSAGE
from orchestration.enrichment.places import find_places

MENTIONS: Final = pa.schema(
    [
        *MESSAGE,
        ("start_at", pa.int64()),
        ("end_at", pa.int64()),
        ("kind", pa.string()),
        ("value", pa.string()),
        ("geo_id", pa.string()),
        ("join_key", pa.string()),
    ]
)
MENTIONS_REPEAT: Final = ["source", "day", "kind", "value", "geo_id"]
# Of a phone number the country's prefix does not count.
_PHONE_DIGITS: Final = 10
_LONGEST_VALUE: Final = 80
_KEY_DIGITS: Final = 32


def mentions_of(messages: pa.Table, key: bytes | None) -> pa.Table:
    """Return what messages (MESSAGE and `text`) name, in their order: rows of MENTIONS.

    Args:
        messages: The messages.
        key: Of the digests; None for rows without.
    """
    places: list[int] = []
    rows: list[dict[str, Any]] = []
    for place, text in enumerate(messages["text"].to_pylist()):
        for row in _named(text or "", key):
            places.append(place)
            rows.append(row)
    of_messages = messages.select(MESSAGE.names).take(pa.array(places, pa.int64()))
    named = pa.Table.from_pylist(rows, pa.schema(list(MENTIONS)[len(MESSAGE) :]))
    return pa.table(
        [*of_messages.columns, *named.columns], names=[*MESSAGE.names, *named.column_names]
    ).cast(MENTIONS)


def join_key(key: bytes, kind: str, value: str) -> str:
    """Return the digest of a value, however it was written."""
    plain = without_accents(lower(value))
    if kind in ("phone", "document", "nit"):
        plain = "".join(letter for letter in plain if letter.isdigit())
        plain = plain[-_PHONE_DIGITS:] if kind == "phone" else plain
    elif kind == "email":
        plain = plain.replace(" ", "")
    else:
        plain = " ".join(plain.split())
    digest = hmac.new(key, f"{kind}\n{plain}".encode(), hashlib.sha256)
    return digest.hexdigest()[:_KEY_DIGITS]


def _named(text: str, key: bytes | None) -> Iterator[dict[str, Any]]:
    """The rows of a text in its order; a place within a name is not a place."""
    entities = find_entities(text)
    rows = [_row(entity, key) for entity in entities]
    for mention in find_places(text):
        if not any(mention.start < one.end and one.start < mention.end for one in entities):
            rows.append(
                {
                    "start_at": mention.start,
                    "end_at": mention.end,
                    "kind": "place",
                    "value": mention.value[:_LONGEST_VALUE],
                    "geo_id": mention.geo_id,
                    "join_key": None,
                }
            )
    yield from sorted(rows, key=lambda row: row["start_at"])


def _row(entity: Entity, key: bytes | None) -> dict[str, Any]:
    is_personal = entity.kind in PERSONAL
    return {
        "start_at": entity.start,
        "end_at": entity.end,
        "kind": entity.kind,
        "value": PERSONAL[entity.kind] if is_personal else entity.value[:_LONGEST_VALUE],
        "geo_id": None,
        "join_key": join_key(key, entity.kind, entity.value) if key and is_personal else None,
    }
