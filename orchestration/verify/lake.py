"""`pqr verify`: every committed object, equation and link, from raw to the serving tables."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg

from orchestration.errors import UsageError
from orchestration.lake.committed import CommittedManifest, committed_manifests
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.settings import Settings
from orchestration.verify.chain import (
    read_links,
    verify_checksums,
    verify_equations,
    verify_index,
    verify_links,
)
from orchestration.verify.findings import Finding
from orchestration.verify.journal import verify_journal
from orchestration.verify.objects import verify_objects
from orchestration.verify.serving import verify_serving
from orchestration.verify.strays import named_keys, stray_objects
from orchestration.verify.views import verify_views

# Called with objects done, objects in all, bytes so far.
OnProgress = Callable[[int, int, int], None]


class NothingToVerifyError(UsageError):
    """A run_id that no committed manifest has."""


@dataclass(frozen=True)
class Report:
    """What was looked at, and what was found; `size` in bytes."""

    manifests: int
    objects: int
    size: int
    seconds: float
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether all that is committed is as it was committed."""
        return not any(finding.is_failure for finding in self.findings)


def verify_lake(
    settings: Settings,
    connection: psycopg.Connection,
    run_id: UUID | None = None,
    on_progress: OnProgress = lambda done, total, size: None,
) -> Report:
    """Verify a run, or all runs. Of superseded builds only what a kept publication shows is read.

    The rest of them may have been collected.

    Raises:
        NothingToVerifyError: No manifest of this run is committed.
    """
    started, store = time.monotonic(), ObjectStore(settings.s3)
    every = committed_manifests(connection)
    chosen = _newest(connection, every, run_id)
    if run_id is not None and not chosen:
        raise NothingToVerifyError(f"run_id {run_id} has nothing committed: see `pqr runs`")
    links, findings = read_links(store, chosen)
    findings += verify_links(links, {item.sha256: item for item in every})
    findings += verify_equations(links)
    refs: dict[str, ObjectRef] = {}
    for link in links:
        findings += verify_index(connection, link)
        if link.committed.layer == "raw":
            findings += verify_checksums(store, link)
        refs.update({ref.key: ref for ref in link.manifest.objects})
    for ref in _published(connection, run_id):
        refs.setdefault(ref.key, ref)
    done = [0, 0]

    def tell(size: int) -> None:
        done[0] += 1
        done[1] += size
        on_progress(done[0], len(refs), done[1])

    findings += verify_objects(store, list(refs.values()), tell)
    findings += [
        Finding("OBJECT_EXTRA", facts.key, "not named in any manifest, so never read: see `pqr gc`")
        for facts in stray_objects(store, named_keys(connection), run_id)
    ]
    intact = refs.keys() - {finding.thing for finding in findings}
    findings += verify_serving(settings, connection, run_id, intact)
    if run_id is None:
        from orchestration.verify.tables import verify_tables

        findings += verify_views(connection)
        findings += verify_journal(store, connection)
        findings += verify_tables(settings, connection)
    seconds = time.monotonic() - started
    return Report(len(chosen), len(refs), done[1], seconds, tuple(findings))


def _newest(
    connection: psycopg.Connection, every: tuple[CommittedManifest, ...], run_id: UUID | None
) -> list[CommittedManifest]:
    rows = connection.execute(
        "select distinct on (run_id, layer) manifest_seq from meta.manifest_index"
        " order by run_id, layer, effective_seq desc"
    ).fetchall()
    newest = {sequence for (sequence,) in rows}
    return [
        item
        for item in every
        if item.manifest_seq in newest and (run_id is None or item.run_id == run_id)
    ]


def _published(connection: psycopg.Connection, run_id: UUID | None) -> list[ObjectRef]:
    """The objects that kept publications were landed from, those of superseded builds too."""
    rows = connection.execute(
        "select distinct on (key) key, objects.dataset, objects.partition, size, sha256,"
        " objects.rows from meta.manifest_objects as objects"
        " join meta.batches on key = object_key and sha256 = object_sha256"
        " where %s::uuid is null or run_id = %s order by key",
        [run_id, run_id],
    ).fetchall()
    return [ObjectRef(*row) for row in rows]
