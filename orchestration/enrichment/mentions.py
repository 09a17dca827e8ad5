"""What messages name, without what must not be shown: a row per identifier, date, amount or place.

Of personal data only the kind and the place in the text are kept. With a key, equal values have
equal digests (HMAC-SHA-256), so that the cases of one person can be joined and nobody is named;
without one there are no digests, since those of short numbers without a key can be guessed.
"""

import hashlib
import hmac
from operator import itemgetter
from typing import Final

import numpy as np
import pyarrow as pa

from orchestration.enrichment.entities import PERSONAL, Entity, find_entities_in
from orchestration.enrichment.letters import lower, without_accents
from orchestration.enrichment.messages import LONGEST_TEXT, MESSAGE
from orchestration.enrichment.places import Mention, find_places_in
from orchestration.enrichment.spots import Texts

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
_FOUND: Final = list(MENTIONS)[len(MESSAGE) :]
# A row of _FOUND: start_at, end_at, kind, value, geo_id, join_key.
_Row = tuple[int, int, str, str, str | None, str | None]
# Of a phone number the country's prefix does not count.
_PHONE_DIGITS: Final = 10
_LONGEST_VALUE: Final = 80
_KEY_DIGITS: Final = 32


def mentions_of(messages: pa.Table, key: bytes | None) -> pa.Table:
    """Return what messages name, in their order: rows of MENTIONS.

    Args:
        messages: MESSAGE and `text`.
        key: Of the digests; None for rows without.
    """
    texts = Texts([(text or "")[:LONGEST_TEXT] for text in messages["text"].to_pylist()])
    rows: list[_Row] = []
    counts: list[int] = []
    for entities, places in zip(find_entities_in(texts), find_places_in(texts), strict=True):
        found = _named(entities, places, key) if entities or places else []
        rows += found
        counts.append(len(found))
    owners = np.repeat(np.arange(len(messages)), counts)
    of_messages = messages.select(MESSAGE.names).take(pa.array(owners))
    columns = zip(*rows, strict=True) if rows else [[] for _ in _FOUND]
    named = [pa.array(column, field.type) for column, field in zip(columns, _FOUND, strict=True)]
    return pa.table([*of_messages.columns, *named], schema=MENTIONS)


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


def _named(entities: list[Entity], places: list[Mention], key: bytes | None) -> list[_Row]:
    """The rows of a text in its order; a place within a name is not a place."""
    rows = [_row(entity, key) for entity in entities]
    for place in places:
        if not any(place.start < one.end and one.start < place.end for one in entities):
            value = place.value[:_LONGEST_VALUE]
            rows.append((place.start, place.end, "place", value, place.geo_id, None))
    rows.sort(key=itemgetter(0))
    return rows


def _row(entity: Entity, key: bytes | None) -> _Row:
    kind = entity.kind
    if kind in PERSONAL:
        digest = join_key(key, kind, entity.value) if key else None
        return entity.start, entity.end, kind, PERSONAL[kind], None, digest
    return entity.start, entity.end, kind, entity.value[:_LONGEST_VALUE], None, None
