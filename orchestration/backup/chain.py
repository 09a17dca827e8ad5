"""Reading the journal back: the entries of one control plane, in the order they were written."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from orchestration.errors import UsageError, WorkFailed
from orchestration.lake import paths
from orchestration.lake.journal import FORMAT
from orchestration.lake.store import ObjectMissing, ObjectStore

_PARALLEL = 8


class NoJournal(UsageError):
    """The bucket holds no journal, or not the one that is asked for."""


class JournalCorrupt(WorkFailed):
    """JOURNAL_CORRUPT: an entry is missing, or is not what was written."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"JOURNAL_CORRUPT: {key} {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Entry:
    """An entry: its header, and by table the lines of its rows, as PostgreSQL wrote them."""

    key: str
    sha256: str
    header: Mapping[str, Any]
    lines: Mapping[str, tuple[str, ...]]

    @property
    def live_publication_id(self) -> int | None:
        """The publication that people saw after it."""
        found: int | None = self.header["live_publication_id"]
        return found

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table."""
        return (json.loads(line)["row"] for line in self.lines.get(table, ()))


def read_journal(store: ObjectStore, journal_id: str | None = None) -> tuple[Entry, ...]:
    """The entries of a journal, the oldest first.

    Of several journals in a bucket the one that was written last counts, unless one is named. An
    entry whose transaction never committed is left out, unless it is the last of all.

    Raises:
        NoJournal: There is none, or none of this name.
        JournalCorrupt: An entry is damaged or missing; names it.
    """
    keys = [facts.key for facts in store.list(paths.journal_prefix())]
    journals = sorted({key.split("/")[1] for key in keys})
    if not keys:
        raise NoJournal(
            f"bucket {store.bucket} holds no journal of a control plane: nothing was published into"
            " it; `pqr run` fills it, and adopts the objects that are there"
        )
    if journal_id is not None and journal_id not in journals:
        raise NoJournal(
            f"--journal {journal_id} is not in this bucket, which has {', '.join(journals)}"
        )
    wanted = [key for key in keys if journal_id is None or key.split("/")[1] == journal_id]
    with ThreadPoolExecutor(_PARALLEL) as pool:
        entries = {
            entry.key: entry for entry in pool.map(partial(read_entry, store), sorted(wanted))
        }
    return tuple(reversed(list(_walk_back(entries))))


def journals_of(entries: Iterable[Entry]) -> str:
    """The name of the journal that entries belong to."""
    return str(next(iter(entries)).header["journal_id"])


def _walk_back(entries: Mapping[str, Entry]) -> Iterator[Entry]:
    """From the newest entry to the first, each naming the one before it."""
    last = max(entries.values(), key=lambda entry: entry.header["written_at"])
    # Within a journal numbers decide: clocks are set back.
    at: Entry | None = max(
        (entry for entry in entries.values() if journals_of([entry]) == journals_of([last])),
        key=lambda entry: (entry.header["entry"], entry.header["written_at"], entry.key),
    )
    while at is not None:
        yield at
        previous = at.header["previous"]
        if previous is None:
            return
        found = entries.get(previous["key"])
        if found is None:
            raise JournalCorrupt(
                at.key,
                f"continues {previous['key']}, which is not in the bucket: bring the object back"
                " from a copy of the bucket",
            )
        if found.sha256 != previous["sha256"]:
            raise _other_bytes(found.key, found.sha256, previous["sha256"])
        at = found


def read_entry(store: ObjectStore, key: str) -> Entry:
    """Read one entry. Raises JournalCorrupt when it is not what was written."""
    try:
        body = store.get(key)
    except ObjectMissing:
        raise JournalCorrupt(key, "is missing from the bucket") from None
    sha256 = hashlib.sha256(body).hexdigest()
    named = key.rpartition("-")[2].partition(".")[0]
    if not sha256.startswith(named):
        raise _other_bytes(key, sha256, named)
    try:
        # At line ends alone: what people wrote may hold other characters that break a line.
        first, *lines = gzip.decompress(body).decode().removesuffix("\n").split("\n")
        header = json.loads(first)
        if header["format"] != FORMAT:
            raise JournalCorrupt(
                key,
                f"has format {header['format']!r}, this version reads {FORMAT}: use the version"
                " that wrote the lake",
            )
        found: dict[str, list[str]] = {}
        for line in lines:
            found.setdefault(json.loads(line)["table"], []).append(line)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise JournalCorrupt(key, f"cannot be read: {error}") from None
    return Entry(key, sha256, header, {table: tuple(some) for table, some in found.items()})


def _other_bytes(key: str, found: str, wanted: str) -> JournalCorrupt:
    return JournalCorrupt(
        key,
        f"has sha256 {found[:12]}, but {wanted[:12]} was written: bring the object back from a"
        " copy of the bucket",
    )
