"""The journal: what of the control plane must outlive PostgreSQL, kept in the bucket.

Manifests say what a layer holds, and not in which order layers were committed, what the checks of
them found or what was published. An entry holds what has come since the entry before it: rows of
schema meta, as PostgreSQL writes them in JSON. The first line of an entry is its header.
"""

import gzip
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from orchestration.lake import paths
from orchestration.lake.store import ObjectStore

FORMAT: Final = 1
Reason = Literal["publication", "switch", "commits"]

# A row changes by the clock of the database, within a transaction that may take its time.
_MARGIN: Final = "interval '1 day'"
_SINCE: Final = f"coalesce(%(written_at)s::timestamptz - {_MARGIN}, '-infinity')"
# In the order in which their rows refer to each other.
ROWS: Final = {
    "worlds": "select * from meta.worlds where world_id = %(world)s",
    "etl_runs": (
        # A run whose commits are new comes along whatever the clock said.
        f"select * from meta.etl_runs where world_id = %(world)s and (updated_at >= {_SINCE}"
        " or run_id in (select run_id from meta.manifest_index"
        " where manifest_seq > %(manifest_seq)s)) order by run_seq"
    ),
    "manifest_index": (
        "select * from meta.manifest_index where world_id = %(world)s"
        " and (manifest_seq > %(manifest_seq)s or effective_seq > %(effective_seq)s)"
        " order by manifest_seq"
    ),
    "lineage_edges": (
        "select lineage_edges.* from meta.lineage_edges"
        " join meta.manifest_index using (manifest_seq)"
        " where world_id = %(world)s and manifest_seq > %(manifest_seq)s"
        " order by manifest_seq, dataset, input_layer, input_dataset"
    ),
    "data_quality": (
        "select data_quality.* from meta.data_quality join meta.etl_runs using (run_id)"
        " where world_id = %(world)s and data_quality_id > %(data_quality_id)s"
        " order by data_quality_id"
    ),
    "deliveries": (
        f"select * from meta.deliveries where world_id = %(world)s and created_at >= {_SINCE}"
        " order by run_id"
    ),
    "model_registry": "select * from meta.model_registry order by model_type, model_version",
    "model_evaluation": "select * from meta.model_evaluation order by model_evaluation_id",
    "publications": (
        "select publications.* from meta.publications"
        " join meta.current_publication using (publication_id)"
    ),
}
_MARKS: Final = """
select
    coalesce(max(manifest_seq), 0) as manifest_seq,
    coalesce(max(effective_seq), 0) as effective_seq,
    (
        select coalesce(max(data_quality_id), 0) from meta.data_quality
        join meta.etl_runs using (run_id) where world_id = %(world)s
    ) as data_quality_id
from meta.manifest_index where world_id = %(world)s
"""

_UNWRITTEN: Final = """
select world_id from meta.current_publication join meta.publications using (publication_id)
where world_id is distinct from %s and world_id not in (select world_id from meta.journal_worlds)
"""


def write_entry(
    store: ObjectStore, connection: psycopg.Connection, world_id: UUID, reason: Reason
) -> str | None:
    """Write what has come in a world since its last entry, in the transaction it belongs to.

    An entry whose transaction does not commit is named by no later one, and is not read once there
    is one.

    Args:
        store: The bucket.
        connection: Of the writer, in a transaction: the end of the journal is held until it ends.
        world_id: A world that this process holds, so that nobody else adds to it meanwhile.
        reason: Why. A switch takes down only which publication is live, and needs no hold.

    Returns:
        The key of the entry; None when there was nothing to write.

    Raises:
        StoreUnavailable: The bucket does not take it: the transaction must not commit.
    """
    # What was published before there was a journal comes first.
    older = connection.execute(_UNWRITTEN, [world_id if reason != "switch" else None]).fetchone()
    first = _write(store, connection, older[0], "commits") if older else None
    return _write(store, connection, world_id, reason) or first


def _write(
    store: ObjectStore, connection: psycopg.Connection, world_id: UUID, reason: Reason
) -> str | None:
    with connection.cursor(row_factory=dict_row) as cursor:
        head = cursor.execute("select * from meta.journal for update").fetchone()
        live = cursor.execute("select publication_id from meta.current_publication").fetchone()
        now = cursor.execute(_MARKS, {"world": world_id}).fetchone()
        known = cursor.execute(
            "select * from meta.journal_worlds where world_id = %s", [world_id]
        ).fetchone()
    assert head is not None and now is not None  # noqa: S101, PT018 -- a row of a migration, a sum
    live_id = live["publication_id"] if live else None
    before = known or {**dict.fromkeys(now, 0), "written_at": None}
    has_more = reason != "switch" and any(before[name] != now[name] for name in now)
    if live_id == head["live_publication_id"] and not has_more:
        return None
    header = {
        "format": FORMAT,
        "journal_id": str(head["journal_id"]),
        "entry": head["entry"] + 1,
        "previous": head["key"] and {"key": head["key"], "sha256": head["sha256"]},
        "world_id": str(world_id),
        "reason": reason,
        "live_publication_id": live_id,
        "written_at": datetime.now(UTC).isoformat(),
    }
    tables = tuple(ROWS) if reason != "switch" else ("publications",)
    body = _body(connection, header, tables, {**before, "world": world_id})
    sha256 = hashlib.sha256(body).hexdigest()
    key = paths.journal_entry(head["journal_id"], head["entry"] + 1, sha256)
    store.put_once(key, body, sha256)
    connection.execute(
        "update meta.journal set entry = entry + 1, key = %s, sha256 = %s,"
        " live_publication_id = %s",
        [key, sha256, live_id],
    )
    if reason != "switch":
        mark_world(connection, world_id)
    return key


def mark_world(connection: psycopg.Connection, world_id: UUID) -> None:
    """Note that the journal holds all that is committed of a world."""
    connection.execute(
        f"""
        insert into meta.journal_worlds as known
            (world_id, manifest_seq, effective_seq, data_quality_id, written_at)
        select %(world)s, marks.*, clock_timestamp() from ({_MARKS}) as marks
        on conflict (world_id) do update set
            manifest_seq = excluded.manifest_seq, effective_seq = excluded.effective_seq,
            data_quality_id = excluded.data_quality_id, written_at = excluded.written_at
        """,
        {"world": world_id},
    )


def _body(
    connection: psycopg.Connection,
    header: dict[str, Any],
    tables: Sequence[str],
    since: dict[str, Any],
) -> bytes:
    """The header, then one line per row, compressed; the text of a row is PostgreSQL's own."""
    lines = [json.dumps(header, sort_keys=True)]
    for table in tables:
        # An alias that no table has a column of: to_jsonb would take that.
        query = f"select to_jsonb(whole_row)::text from ({ROWS[table]}) as whole_row"
        rows = connection.execute(query, since)
        lines += [f'{{"table": "{table}", "row": {text}}}' for (text,) in rows]
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
