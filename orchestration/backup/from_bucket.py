"""A control plane rebuilt from the bucket alone: rows by the journal, serving from the objects."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import psycopg

from orchestration.backup.chain import Entry, read_journal
from orchestration.backup.replay import clear, replay, take_over
from orchestration.backup.serve import kept_publications, point_at, serve
from orchestration.errors import UsageError
from orchestration.lake.store import ObjectStore
from orchestration.meta.connection import open_connection
from orchestration.meta.control import connect
from orchestration.publication.batches import exclusive_publication
from orchestration.publication.datasets import Dataset, published_datasets
from orchestration.publication.publish import register_tables
from orchestration.settings import Settings
from orchestration.transform.projects import Projects
from orchestration.transform.serving import parsed_declarations
from orchestration.wording import counted

Report = Callable[[str], None]


class NotEmpty(UsageError):
    """The control plane holds runs already: a restore fills an empty one."""


@dataclass(frozen=True)
class Restored:
    """What was brought back; `live_run_id` is None when nothing had been published."""

    entries: int
    runs: int
    manifests: int
    publications: int
    live_run_id: UUID | None
    seconds: float


def restore_from_bucket(
    settings: Settings, report: Report, journal_id: str | None = None
) -> Restored:
    """Rebuild runs, commits, checks, lineage, publications and serving from the bucket.

    A restore that fails or is killed leaves nothing that counts: the next one starts over.

    Args:
        settings: Where the services are; the database is migrated.
        report: Called with one line for each thing done.
        journal_id: Which journal of the bucket; None: the one that was written last.

    Raises:
        NotEmpty: The control plane holds runs.
        NoJournal, JournalCorrupt: The bucket has no journal that can be read.
        CommitCorrupt, ObjectMissing, ObjectCorrupt: The bucket has other bytes than were committed.
    """
    started = time.monotonic()
    with (
        open_connection(settings.postgres.admin_dsn, context="pqr restore") as admin,
        connect(settings, context="pqr restore") as writer,
        exclusive_publication(writer),
    ):
        require_empty(settings, admin)
        store = ObjectStore(settings.s3)
        entries = read_journal(store, journal_id)
        noun = "entry" if len(entries) == 1 else "entries"
        report(f"{'Journal':<12} {len(entries)} {noun}, read and checked")
        admin.execute("update meta.journal set restoring_since = clock_timestamp()")
        try:
            manifests = _rebuild(settings, admin, writer, store, entries, report)
        except BaseException:
            clear(admin)
            raise
        writer.execute("select meta.analyze_publication()")
        datasets = _datasets(settings, Projects())
        if registered := register_tables(settings, writer, datasets):
            report(f"{'Iceberg':<12} {registered}")
        found = admin.execute(
            "select (select count(*) from meta.etl_runs),"
            " (select count(*) from meta.publications),"
            " (select run_id from meta.publications join meta.current_publication"
            " using (publication_id))"
        ).fetchone()
    assert found is not None  # noqa: S101 -- a select without from gives a row
    runs, publications, live = found
    seconds = time.monotonic() - started
    return Restored(len(entries), runs, manifests, publications, live, seconds)


def require_empty(settings: Settings, admin: psycopg.Connection) -> None:
    """Raise NotEmpty when runs are there; what an unfinished restore has left is taken out."""
    row = admin.execute("select restoring_since is not null from meta.journal").fetchone()
    if row == (True,):
        clear(admin)
    runs = admin.execute("select count(*) from meta.etl_runs").fetchone()
    if runs and runs[0]:
        way = (
            f"to start over, `pqr down`, remove {settings.home / 'postgres'} and what it links to,"
            " `pqr up`"
            if settings.postgres.is_embedded
            else "name an empty database in PQR_POSTGRES_DSN, then `pqr up`"
        )
        raise NotEmpty(
            f"the control plane holds {counted(runs[0], 'run')} already, and `pqr restore`"
            f" fills an empty one only: {way}"
        )


def _rebuild(
    settings: Settings,
    admin: psycopg.Connection,
    writer: psycopg.Connection,
    store: ObjectStore,
    entries: Sequence[Entry],
    report: Report,
) -> int:
    """Replay every entry, and serve what is kept; gives the manifests that were indexed."""
    kept = kept_publications(entries)
    projects = Projects()
    datasets = _datasets(settings, projects) if kept else ()
    manifests = 0
    for entry in entries:
        with admin.transaction():
            manifests += replay(admin, store, entry)
        for number in (number for number, key in kept.items() if key == entry.key):
            rows = serve(settings, admin, writer, entry, datasets, projects)
            report(
                f"{'Publication':<12} {number}, {counted(rows, 'row')}, compared with their objects"
            )
    with admin.transaction():
        live = entries[-1].live_publication_id
        if live is not None:
            point_at(admin, live)
        take_over(admin, entries)
    return manifests


def _datasets(settings: Settings, projects: Projects) -> Sequence[Dataset]:
    return published_datasets(settings, partial(parsed_declarations, settings, projects))
