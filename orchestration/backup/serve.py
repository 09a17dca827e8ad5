"""Publications that the journal names, landed in PostgreSQL again from the objects of the lake."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import psycopg

from orchestration.backup.chain import Entry
from orchestration.backup.replay import insert_rows
from orchestration.errors import WorkFailed
from orchestration.lake.committed import committed_manifest, known_run
from orchestration.progress import no_progress
from orchestration.publication.batches import Batch, prepare_batches, verify_landed
from orchestration.publication.datasets import Dataset
from orchestration.publication.declared import note_declared
from orchestration.publication.landing import land
from orchestration.publication.parity import parity
from orchestration.publication.publish import KEPT_PUBLICATIONS
from orchestration.run import Claim, Run
from orchestration.settings import Settings
from orchestration.transform.layer import require_success
from orchestration.transform.projects import Projects
from orchestration.transform.serving import load_serving, serving_build
from orchestration.wording import counted


class ServedOtherwise(WorkFailed):
    """What has landed is not what the objects hold."""


def kept_publications(entries: Sequence[Entry]) -> dict[int, str]:
    """The publications that a control plane keeps: the live one, and the one shown before it.

    Returns:
        By number, in their order, the key of the entry that brought each.
    """
    brought: dict[int, str] = {}
    for entry in entries:
        for row in entry.rows("publications"):
            brought.setdefault(row["publication_id"], entry.key)
    shown = dict.fromkeys(entry.live_publication_id for entry in reversed(entries))
    order = [number for number in shown if number in brought]
    return {number: brought[number] for number in sorted(order[:KEPT_PUBLICATIONS])}


def serve(
    settings: Settings,
    admin: psycopg.Connection,
    writer: psycopg.Connection,
    entry: Entry,
    datasets: Sequence[Dataset],
    projects: Projects,
) -> int:
    """Land the publication of an entry, as everything up to the entry makes it.

    Args:
        settings: Where the services are.
        admin: Who may write every table of schema meta.
        writer: Autocommit; it holds the publication.
        entry: One that brings a publication; it was replayed, and no later one.
        datasets: What is published.
        projects: What dbt has parsed.

    Returns:
        The rows that the publication shows.

    Raises:
        ObjectMissing, ObjectCorrupt: The bucket does not have an object as it was committed.
        ServedOtherwise: Rows differ from their objects.
    """
    (published,) = entry.rows("publications")
    run, status = known_run(writer, UUID(published["run_id"]))
    claim = Claim(run, published["attempt"])
    batches = _land_as(settings, writer, claim, status, datasets, projects)
    build = serving_build(settings, writer, run, [dataset.declaration for dataset in datasets])
    known = committed_manifest(writer, run, "serving")
    if known is not None and known.build_id == build.build_id:
        # The same code checked the same rows when it published them.
        note_declared(writer, build.code)
    with admin.transaction():
        insert_rows(admin, "publications", "publication_id", entry.lines["publications"], None)
        admin.execute(
            "insert into meta.publication_batches (publication_id, dataset, batch_id)"
            " select %s, dataset, batch_id from meta.batches where batch_id = any(%s)",
            [published["publication_id"], [batch.batch_id for batch in batches]],
        )
    return sum(batch.rows for batch in batches)


def point_at(admin: psycopg.Connection, publication_id: int) -> None:
    """Let every view show a publication."""
    admin.execute(
        "insert into meta.current_publication (publication_id, previous_id)"
        " values (%(live)s, (select max(publication_id) from meta.publications"
        "  where publication_id <> %(live)s))"
        " on conflict (only_row) do update set publication_id = excluded.publication_id,"
        " previous_id = excluded.previous_id",
        {"live": publication_id},
    )


def _land_as(
    settings: Settings,
    writer: psycopg.Connection,
    claim: Claim,
    status: str,
    datasets: Sequence[Dataset],
    projects: Projects,
) -> tuple[Batch, ...]:
    """Land as the attempt that published did: batches are those of a running one."""
    attempt = "update meta.etl_runs set status = %s, attempt = %s where run_id = %s returning 1"
    before = writer.execute(
        "select attempt from meta.etl_runs where run_id = %s", [claim.run.run_id]
    ).fetchone()
    writer.execute(attempt, ["RUNNING", claim.attempt, claim.run.run_id])
    batches = prepare_batches(writer, claim, datasets)
    land(settings, datasets, batches)
    _load(settings, claim.run, projects)
    waiting = [batch for batch in batches if not batch.is_landed]
    verify_landed(writer, claim, batches, judge=lambda: _compare(settings, waiting))
    assert before is not None  # noqa: S101 -- the run was found
    writer.execute(attempt, [status, before[0], claim.run.run_id])
    return batches


def _load(settings: Settings, run: Run, projects: Projects) -> None:
    workspace: Path = settings.home / "build" / "restore"
    result = load_serving(
        settings, run, workspace=workspace, projects=projects, on_progress=no_progress
    )
    require_success("serving", result)


def _compare(settings: Settings, batches: Sequence[Batch]) -> None:
    """Raise ServedOtherwise unless every cell that has landed is that of its object."""
    different = [item.table for item in parity(settings, batches) if item.is_different]
    if different:
        more = len(different) - 1
        others = f" and {counted(more, 'more table')} differ" if more else " differs"
        raise ServedOtherwise(
            f"serving.{different[0]}{others} from the objects"
            " that they were landed from: nothing is restored"
        )
