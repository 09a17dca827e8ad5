"""The words of citizens' messages as sparse vectors, kept per object of the lake.

A vector says how often a message has each word stem and each pair of neighbouring stems. It knows
words, not meanings: "cobro doble" is not near "me facturaron dos veces". An index file is a
function of one committed object and of this code; it lies beside the local copies of the objects,
holds stems of what people wrote, and may be deleted at any time.
"""

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from orchestration.enrichment import characters, tfidf, words
from orchestration.enrichment.characters import I64
from orchestration.enrichment.tfidf import features_of
from orchestration.enrichment.words import words_of

_FOLDER: Final = "search"
_READ: Final = ("role", "message_id", "ticket_id", "text")
# A file of other code is made anew.
_CODE: Final = hashlib.sha256(
    b"".join(Path(str(module.__file__)).read_bytes() for module in (characters, words, tfidf))
    + Path(__file__).read_bytes()
).hexdigest()[:12]


@dataclass(frozen=True)
class Vectors:
    """Messages with their features: n messages, m features in all.

    Attributes:
        message_id: (n,) 16 bytes each.
        ticket_id: (n,) 16 bytes each.
        begin: (n + 1,) where the features of each message begin; the last element is m.
        feature: (m,) numbers of stems and pairs, ascending in each message.
        times: (m,) how often each is in the message.
    """

    message_id: np.ndarray
    ticket_id: np.ndarray
    begin: I64
    feature: I64
    times: np.ndarray

    @classmethod
    def of(
        cls, texts: Sequence[str | None], message_id: np.ndarray, ticket_id: np.ndarray
    ) -> "Vectors":
        """Count the features of texts."""
        text, code = features_of(words_of(texts))
        order = np.lexsort((code, text))
        text, code = text[order], code[order]
        is_first = np.ones(len(text), np.bool_)
        is_first[1:] = (text[1:] != text[:-1]) | (code[1:] != code[:-1])
        starts = np.flatnonzero(is_first)
        times = np.minimum(np.diff(np.append(starts, len(text))), 255).astype(np.uint8)
        begin = np.searchsorted(text[starts], np.arange(len(texts) + 1))
        return cls(message_id, ticket_id, begin.astype(np.int64), code[starts], times)

    @classmethod
    def joined(cls, parts: Sequence["Vectors"]) -> "Vectors":
        """All messages of several parts, one after the other."""
        sizes = np.cumsum([0, *(len(part.feature) for part in parts)])
        begins = [part.begin[:-1] + size for part, size in zip(parts, sizes, strict=False)]
        return cls(
            np.concatenate([part.message_id for part in parts]),
            np.concatenate([part.ticket_id for part in parts]),
            np.concatenate([*begins, sizes[-1:]]).astype(np.int64),
            np.concatenate([part.feature for part in parts]),
            np.concatenate([part.times for part in parts]),
        )


def vectors_of(home: Path, objects: Sequence[tuple[str, str]]) -> Vectors:
    """Read the vectors of objects of silver.messages, and make those that are missing.

    Args:
        home: The home of the installation; a folder in it keeps the vectors.
        objects: sha256 and the path of the local copy, which was compared with it.
    """
    folder = home / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Vectors.joined([_kept(folder, sha256, Path(path)) for sha256, path in objects])


def _kept(folder: Path, sha256: str, path: Path) -> Vectors:
    file = folder / f"{sha256}-{_CODE}.npz"
    try:
        with np.load(file, allow_pickle=False) as found:
            return Vectors(**found)
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile):
        pass  # not there, or torn: it is made again
    made = _made(path)
    with suppress(OSError):  # without room on the disk the next search makes it again
        fresh = file.with_suffix(f".{os.getpid()}.npz")
        np.savez(fresh, **vars(made))
        fresh.replace(file)
    return made


def _made(path: Path) -> Vectors:
    # Where all vectors are there, nothing of it is needed.
    import pyarrow.parquet as pq

    # Neither read_table nor Arrow's filter: both load pandas.
    with pq.ParquetFile(path) as file:
        table = file.read(columns=list(_READ), use_threads=False)
    rows = zip(*(table[name].to_pylist() for name in _READ), strict=True)
    chosen = [row[1:] for row in rows if row[0] == "citizen"]
    messages, tickets, texts = zip(*chosen, strict=True) if chosen else ((), (), ())
    return Vectors.of(texts, _ids(messages), _ids(tickets))


def _ids(values: Sequence[object]) -> np.ndarray:
    """Identifiers as 16 bytes each, whichever way Parquet has them."""
    return np.array([getattr(value, "bytes", value) for value in values], dtype="V16")
