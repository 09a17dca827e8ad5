"""The journal in the bucket: whether a restore can read it, and whether it knows more."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg

from orchestration.backup.chain import Entry, JournalCorrupt, read_entry
from orchestration.lake import paths
from orchestration.lake.store import ObjectStore
from orchestration.verify.findings import Finding
from orchestration.wording import counted

_PARALLEL = 8


def verify_journal(store: ObjectStore, connection: psycopg.Connection) -> list[Finding]:
    """Every entry of this control plane's journal is as it was written, and none is missing."""
    row = connection.execute("select journal_id::text, key, sha256 from meta.journal").fetchone()
    assert row is not None  # noqa: S101 -- a row of a migration
    journal_id, last_key, last_sha256 = row
    entries, found = _read(store, journal_id)
    named = [(last_key, last_sha256)] if last_key else []
    for entry in entries:
        if previous := entry.header["previous"]:
            named.append((previous["key"], previous["sha256"]))
    read = {entry.key: entry.sha256 for entry in entries}
    told = {finding.thing for finding in found}
    for key, sha256 in sorted(set(named)):
        if key in told:
            continue
        if key not in read:
            detail = "an entry of the journal is missing from the bucket"
            found.append(Finding("JOURNAL_CORRUPT", key, detail))
        elif read[key] != sha256:
            detail = f"sha256 {read[key][:12]}, but {sha256[:12]} was written"
            found.append(Finding("JOURNAL_CORRUPT", key, detail))
    return found + [
        Finding(
            "JOURNAL_AHEAD", key, f"the control plane does not know {counted(more, 'manifest')}"
        )
        for key, more in _unknown(connection, entries)
    ]


def entries_ahead(
    store: ObjectStore, connection: psycopg.Connection, journal_id: str
) -> list[tuple[str, int]]:
    """Entries with manifests that the control plane does not know, and how many: it is older.

    An entry whose transaction never committed has none: its manifests were committed before it.
    """
    return list(_unknown(connection, _read(store, journal_id)[0]))


def _read(store: ObjectStore, journal_id: str) -> tuple[list[Entry], list[Finding]]:
    """The entries that can be read, and a finding for each that cannot."""
    keys = sorted(facts.key for facts in store.list(f"{paths.journal_prefix()}{journal_id}/"))
    with ThreadPoolExecutor(_PARALLEL) as pool:
        read = list(pool.map(partial(_try_to_read, store), keys))
    return (
        [item for item in read if isinstance(item, Entry)],
        [item for item in read if isinstance(item, Finding)],
    )


def _try_to_read(store: ObjectStore, key: str) -> Entry | Finding:
    try:
        return read_entry(store, key)
    except JournalCorrupt as error:
        return Finding("JOURNAL_CORRUPT", key, error.reason)


def _unknown(connection: psycopg.Connection, entries: Iterable[Entry]) -> Iterator[tuple[str, int]]:
    rows = connection.execute(
        "select s3_manifest_path, manifest_sha256 from meta.manifest_index"
    ).fetchall()
    known = set(rows)
    for entry in entries:
        named = {
            (row["s3_manifest_path"], row["manifest_sha256"])
            for row in entry.rows("manifest_index")
        }
        if more := len(named - known):
            yield entry.key, more
