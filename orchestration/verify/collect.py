"""`pqr gc`: remove what dead attempts and superseded builds left; nothing that counts."""

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg

from orchestration.lake import paths
from orchestration.lake.store import ObjectFacts, ObjectStore
from orchestration.progress import reach
from orchestration.settings import Settings
from orchestration.verify.strays import named_keys, stray_objects

DEFAULT_AGE = timedelta(hours=24)


@dataclass(frozen=True)
class Collection:
    """What was, or would be, removed; `busy` are objects of worlds that someone works on."""

    objects: tuple[ObjectFacts, ...]
    busy: tuple[ObjectFacts, ...]
    is_dry_run: bool

    @property
    def size(self) -> int:
        """Bytes of the objects."""
        return sum(facts.size for facts in self.objects)


def collect(
    settings: Settings,
    connection: psycopg.Connection,
    *,
    delete: bool = False,
    older_than: timedelta = DEFAULT_AGE,
    superseded: bool = False,
) -> Collection:
    """Find objects that nothing committed names, and with `delete` remove them.

    Args:
        settings: Where the services are.
        connection: A connection of its own: it holds the locks of the worlds while it works.
        delete: Remove; without it only list.
        older_than: Younger objects stay: their manifest may be on its way.
        superseded: Also objects that only superseded builds name.
    """
    store = ObjectStore(settings.s3)
    limit = time.time() - older_than.total_seconds()
    named = named_keys(connection, newest_builds_only=superseded)
    strays = [facts for facts in stray_objects(store, named) if facts.modified < limit]
    worlds = _worlds(connection)
    held: dict[UUID, bool] = {}
    free: list[ObjectFacts] = []
    busy: list[ObjectFacts] = []
    for facts in strays:
        run_id = paths.run_of_key(facts.key)
        world = worlds.get(run_id) if run_id else None
        if world is not None and world not in held:
            held[world] = _try_lock(connection, world)
        (free if world is None or held[world] else busy).append(facts)
    try:
        if delete:
            # A commit may have been made between the listing and the lock.
            named = named_keys(connection, newest_builds_only=superseded)
            free = [facts for facts in free if facts.key not in named]
            note_collected(connection, [facts.key for facts in free])
            for facts in free:
                store.delete(facts.key)
                reach("gc.after_delete")
    finally:
        for world, is_locked in held.items():
            if is_locked:
                _unlock(connection, world)
    return Collection(tuple(free), tuple(busy), not delete)


def note_collected(connection: psycopg.Connection, keys: list[str]) -> None:
    """Note which objects of manifests are removed: meta.lake_size counts them no longer.

    Before they are: what is left after a kill is removed, and not noted, by the next collection.
    """
    connection.execute(
        """
        insert into meta.collected_objects as known (key, effective_seq)
        select distinct key, (select max(effective_seq) from meta.manifest_index)
        from meta.manifest_objects where key = any(%s)
        on conflict (key) do update set
            effective_seq = excluded.effective_seq, collected_at = excluded.collected_at
        """,
        [keys],
    )


def _worlds(connection: psycopg.Connection) -> dict[UUID, UUID]:
    rows = connection.execute("select run_id, world_id from meta.etl_runs").fetchall()
    return dict(rows)


def _try_lock(connection: psycopg.Connection, world: UUID) -> bool:
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended(%s, 0))", [str(world)]
    ).fetchone()
    return row == (True,)


def _unlock(connection: psycopg.Connection, world: UUID) -> None:
    connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [str(world)])
