"""Serving: what gold and silver publish, checked before the pointer of publication moves."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import psycopg

from orchestration.flows.attempt import Attempt, StepOutcome
from orchestration.flows.layers import reuse_or_build
from orchestration.flows.recording import record_dbt
from orchestration.lake.committed import committed_counts
from orchestration.lake.journal import write_entry
from orchestration.lake.manifest import Edge, Manifest
from orchestration.meta.records import record_checks
from orchestration.progress import step_progress
from orchestration.publication.batches import (
    Batch,
    exclusive_publication,
    prepare_batches,
    verify_landed,
)
from orchestration.publication.checks import serving_checks
from orchestration.publication.datasets import Dataset, published_datasets
from orchestration.publication.declared import begin_declaring, is_declared, note_declared
from orchestration.publication.landing import land
from orchestration.publication.parity import parity, parity_checks
from orchestration.publication.publish import collect, publish, register_tables
from orchestration.publication.retired import retire
from orchestration.quality.verdicts import require_pass, run_status
from orchestration.transform.layer import require_success
from orchestration.transform.serving import (
    load_serving,
    parsed_declarations,
    serving_build,
    serving_manifest,
)
from orchestration.wording import counted


def serving(attempt: Attempt) -> StepOutcome:
    """Land what is new, prove that it landed whole, and move the pointer in one transaction."""
    connection, claim = attempt.connection, attempt.claim
    parse = partial(parsed_declarations, attempt.settings, attempt.session.projects)
    datasets = published_datasets(attempt.settings, parse)
    with exclusive_publication(connection):
        batches = prepare_batches(connection, claim, datasets)
        waiting = [batch for batch in batches if not batch.is_landed]
        declarations = [dataset.declaration for dataset in datasets]
        build = serving_build(attempt.settings, connection, attempt.run, declarations)
        rows = _rows_by_dataset(batches)

        def make() -> tuple[Manifest, Sequence[Edge]]:
            # Tables that this code made and checked take rows, and only the new rows are checked.
            takes_rows = is_declared(connection, build.code)
            to_check = waiting if takes_rows else batches
            tables = sorted({batch.table for batch in waiting}) if takes_rows else None
            if not takes_rows:
                begin_declaring(connection)
            if tables != []:
                land(attempt.settings, _datasets_of(datasets, tables), batches)
                _load(attempt, build.build_id, tables)
            # Before a batch counts as landed: a refused or killed try is checked again.
            check = partial(_check_serving, attempt, batches, datasets, to_check, build.build_id)
            verify_landed(connection, claim, batches, judge=check)
            note_declared(connection, build.code)
            manifest = serving_manifest(connection, attempt.run, build, rows)
            return manifest, attempt.session.graph(attempt.run).edges("serving")

        # An edit that is taken back asks for a build of before, over tables as the edit left them.
        is_complete = not waiting and is_declared(connection, build.code)
        outcome = reuse_or_build(attempt, "serving", build.build_id, make, is_complete=is_complete)
        shown_before = _live_world(connection)
        publication = publish(
            connection,
            claim,
            batches,
            status=run_status(connection, claim.run),
            counts=committed_counts(connection, claim.run),
            record=partial(
                write_entry, attempt.store, connection, claim.run.world.world_id, "publication"
            ),
        )
        collect(connection)
        retired = retire(connection, build.code)
    total, landed = sum(rows.values()), sum(batch.rows for batch in waiting)
    note = f"publication {publication.publication_id}, {counted(landed, 'row')} landed"
    if not publication.is_new:
        note = f"publication {publication.publication_id} was live already"
    if shown_before not in (None, attempt.run.world.world_id):
        note += f"; shown in place of world {shown_before}"
    note = "; ".join([note, *retired])
    attempt.reconnect()
    if registered := register_tables(attempt.settings, attempt.connection, datasets):
        attempt.log.write("iceberg", tables=registered)
        note += f"; {registered}"
    return StepOutcome(not publication.is_new and outcome.skipped, total, total, 0, note)


def _datasets_of(datasets: Sequence[Dataset], tables: Sequence[str] | None) -> list[Dataset]:
    """The datasets that these tables serve; None: all."""
    return [item for item in datasets if tables is None or item.table in tables]


def _live_world(connection: psycopg.Connection) -> UUID | None:
    row = connection.execute("select world_id from meta.live_publication").fetchone()
    return row[0] if row else None


def _load(attempt: Attempt, build: str, tables: Sequence[str] | None) -> None:
    """Let dbt load what has landed into the serving tables; into `tables` rows alone."""
    result = load_serving(
        attempt.settings,
        attempt.run,
        workspace=attempt.workspace,
        projects=attempt.session.projects,
        on_progress=step_progress(attempt.progress, "serving"),
        tables=tables,
    )
    record_dbt(attempt, "serving", build, result.nodes)
    require_success("serving", result)


def _rows_by_dataset(batches: Sequence[Batch]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for batch in batches:
        rows[batch.dataset] = rows.get(batch.dataset, 0) + batch.rows
    return rows


def _check_serving(
    attempt: Attempt,
    batches: Sequence[Batch],
    datasets: Sequence[Dataset],
    to_check: Sequence[Batch],
    build_id: str,
) -> None:
    """Check what is about to be published, and compare what has just landed with the lake.

    Raises:
        QualityFailed: A critical check failed; what is live stays live.
    """
    waiting = [batch for batch in batches if not batch.is_landed]
    with ThreadPoolExecutor(1) as pool:  # DuckDB compares while PostgreSQL counts
        compared = pool.submit(parity, attempt.settings, waiting)
        found = serving_checks(attempt.connection, batches, datasets, to_check)
        found += parity_checks(compared.result())
    checks = [check.of_build(build_id) for check in found]
    record_checks(attempt.connection, attempt.claim, checks)
    require_pass("serving", checks)
