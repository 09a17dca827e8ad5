"""Replaying the journal: the rows of its entries, and what the manifests say, into schema meta."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final
from uuid import UUID

import psycopg
from psycopg import sql

from orchestration.backup.chain import Entry, journals_of
from orchestration.lake.commit import insert_parts
from orchestration.lake.committed import CommittedManifest, read_manifest
from orchestration.lake.journal import mark_world
from orchestration.lake.store import ObjectStore

_PARALLEL: Final = 8
# The key by which a row is known again, and what a later entry may change; None: nothing.
_TABLES: Final[dict[str, tuple[str, tuple[str, ...] | None]]] = {
    "worlds": ("world_id", ()),
    "etl_runs": ("run_id", ()),
    "manifest_index": ("manifest_seq", ("effective_seq",)),
    "lineage_edges": ("manifest_seq, dataset, input_layer, input_dataset", None),
    "data_quality": ("data_quality_id", None),
    "deliveries": ("run_id", None),
    "model_registry": ("model_type, model_version", ()),
    "model_evaluation": ("model_type, model_version, split", ()),
}
# What a restore fills, but for the catalog of the tables, which is made anew.
_EMPTIED: Final = "meta.worlds, meta.model_registry, meta.model_evaluation, meta.journal_worlds"


def replay(admin: psycopg.Connection, store: ObjectStore, entry: Entry) -> int:
    """Bring the rows of an entry into the control plane; gives the manifests that were added.

    Args:
        admin: Who may write every table of schema meta, in a transaction.
        store: The bucket, whose manifests are held against the entry.
        entry: The next one.

    Raises:
        CommitCorrupt: A manifest is missing from the bucket, or has other bytes.
    """
    known = {row[0] for row in admin.execute("select manifest_seq from meta.manifest_index")}
    for table, (key, changed) in _TABLES.items():
        insert_rows(admin, table, key, entry.lines.get(table, ()), changed)
    committed = [
        CommittedManifest(
            row["manifest_seq"],
            UUID(row["run_id"]),
            UUID(row["world_id"]),
            row["layer"],
            row["build_id"],
            row["s3_manifest_path"],
            row["manifest_sha256"],
            row["previous_sha256"],
            row["rows"],
        )
        for row in entry.rows("manifest_index")
        if row["manifest_seq"] not in known
    ]
    with ThreadPoolExecutor(_PARALLEL) as pool:
        manifests = list(pool.map(partial(read_manifest, store), committed))
    for item, manifest in zip(committed, manifests, strict=True):
        insert_parts(admin, item.manifest_seq, manifest)
    return len(committed)


def insert_rows(
    admin: psycopg.Connection,
    table: str,
    key: str,
    lines: Sequence[str],
    changed: Sequence[str] | None,
) -> None:
    """Insert rows of schema meta under the numbers that they had.

    Args:
        admin: Of who may.
        table: Where.
        key: The columns of a unique key, as SQL.
        lines: Of an entry.
        changed: What a row that is there takes over: none (None), these, or all columns (empty).
    """
    if not lines:
        return
    # Of a table that has grown since, the new columns get their defaults.
    found = admin.execute(
        """
        select attname, attidentity <> '' from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''
            and attname in (select jsonb_object_keys((%s)::jsonb -> 'row'))
        order by attnum
        """,
        [f"meta.{table}", lines[0]],
    ).fetchall()
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in found)
    # A column that numbers itself cannot be updated, and is the same.
    taken = changed or [name for name, is_identity in found if not is_identity]
    action: sql.Composable = sql.SQL("nothing")
    if changed is not None:
        action = sql.SQL("update set {}").format(
            sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in taken
            )
        )
    statement = sql.SQL(
        "insert into {table} ({columns}) overriding system value"
        " select {columns} from jsonb_populate_recordset(null::{table},"
        " (select jsonb_agg(line::jsonb -> 'row' order by place)"
        " from unnest(%s::text[]) with ordinality as lines (line, place)))"
        " on conflict ({key}) do {action}"
    ).format(table=sql.Identifier("meta", table), columns=columns, key=sql.SQL(key), action=action)
    admin.execute(statement, [list(lines)])


def take_over(admin: psycopg.Connection, entries: Sequence[Entry]) -> None:
    """Let the control plane go on where the journal ends: its numbers, its next entry."""
    last = entries[-1]
    numbered = admin.execute(
        "select relname, attname from pg_attribute join pg_class on pg_class.oid = attrelid"
        " where relnamespace = 'meta'::regnamespace and relkind = 'r' and attidentity <> ''"
    ).fetchall()
    for table, column in numbered:
        admin.execute(
            sql.SQL(
                "select setval(pg_get_serial_sequence(%s, %s), max({0})) from {1}"
                " having max({0}) is not null"
            ).format(sql.Identifier(column), sql.Identifier("meta", table)),
            [f"meta.{table}", column],
        )
    admin.execute(
        "select setval('meta.manifest_effective_seq', max(effective_seq))"
        " from meta.manifest_index having max(effective_seq) is not null"
    )
    for (world_id,) in admin.execute("select world_id from meta.worlds").fetchall():
        mark_world(admin, world_id)
    admin.execute(
        "update meta.journal set journal_id = %s, entry = %s, key = %s, sha256 = %s,"
        " live_publication_id = %s, restoring_since = null",
        [
            journals_of(entries),
            last.header["entry"],
            last.key,
            last.sha256,
            last.live_publication_id,
        ],
    )


def clear(admin: psycopg.Connection) -> None:
    """Take out what an unfinished restore has brought in: every row that hangs on a world."""
    with admin.transaction():
        admin.execute(f"truncate {_EMPTIED} cascade")
        admin.execute("update meta.journal set restoring_since = null")
