"""Silver and gold as committed layers: build with dbt, upload the parts, put the manifest last."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import psycopg

from orchestration.errors import WorkFailed
from orchestration.lake.commit import commit_layer, take_up
from orchestration.lake.committed import (
    CommittedManifest,
    committed_manifest,
    newest_manifests,
    read_manifest,
)
from orchestration.lake.manifest import Manifest, ManifestInput, ObjectRef
from orchestration.lake.parts import upload_parts
from orchestration.lake.store import ObjectStore
from orchestration.run import Claim, Run
from orchestration.settings import Settings
from orchestration.transform.carrying import may_carry_over
from orchestration.transform.dbt import (
    ConnectionLost,
    DbtResult,
    NodeResult,
    Projects,
    is_lost_connection,
    run_dbt,
)
from orchestration.transform.fingerprint import build_id

Layer = Literal["silver", "gold"]
READS: Final[dict[Layer, str]] = {"silver": "bronze", "gold": "silver"}


class LayerFailed(WorkFailed):
    """A model or a critical test of a layer failed: the layer is not committed."""


@dataclass(frozen=True)
class LayerBuilt:
    """A committed layer; `dbt` is None when the build was found committed."""

    committed: CommittedManifest
    manifest: Manifest
    rows_in: int
    dbt: DbtResult | None


def build_layer(
    settings: Settings,
    connection: psycopg.Connection,
    store: ObjectStore,
    claim: Claim,
    layer: Layer,
    *,
    workspace: Path,
    projects: Projects,
    on_results: Callable[[Sequence[NodeResult]], None],
) -> LayerBuilt:
    """Build and commit `layer`, or find this build committed.

    Args:
        settings: Where the services are.
        connection: Of the writer, autocommit, holding the claim.
        store: The bucket.
        claim: The running attempt.
        layer: silver or gold; what it reads must be committed.
        workspace: Scratch space of the run; emptied.
        projects: What dbt has parsed in this run.
        on_results: Told of every dbt node, also when some failed.

    Raises:
        LayerFailed: A model or a critical test failed; nothing is committed.
    """
    run = claim.run
    inputs = newest_manifests(connection, run.world.world_id, READS[layer])
    if not inputs:
        raise LayerFailed(f"{layer}: no committed {READS[layer]} in world {run.world.world_id}")
    build = build_id(settings, layer, [known.sha256 for known in inputs])
    rows_in = sum(known.rows for known in inputs)
    known = committed_manifest(connection, run, layer, build)
    if known is not None:
        take_up(connection, claim, known)
        return LayerBuilt(known, read_manifest(store, known), rows_in, None)

    carries = layer == "silver" and may_carry_over(connection, run, inputs, build)
    staging = workspace / layer / "staging"
    _empty(workspace / layer)
    (staging / layer).mkdir(parents=True)
    result = run_dbt(
        settings,
        layer=layer,
        target="lake",
        facts={
            **run_facts(run),
            "PQR_LAKE_ROOT": str(staging),
            "PQR_CARRIES_OVER": "true" if carries else "",
        },
        workspace=workspace / layer,
        projects=projects,
    )
    on_results(result.nodes)
    require_success(layer, result)
    previous = committed_manifest(connection, run, READS[layer])
    objects = upload_parts(store, staging / layer, layer, run)
    manifest = Manifest(
        layer=layer,
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=build,
        previous_sha256=previous.sha256 if previous else None,
        inputs=tuple(ManifestInput(item.run_id, item.layer, item.sha256) for item in inputs),
        objects=objects,
        counts=_rows_by_dataset(objects),
    )
    committed = commit_layer(store, connection, claim, manifest)
    shutil.rmtree(workspace / layer, ignore_errors=True)
    return LayerBuilt(committed, manifest, rows_in, result)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def run_facts(run: Run) -> dict[str, str]:
    """What dbt must know of a run."""
    return {
        "PQR_WORLD_ID": str(run.world.world_id),
        "PQR_RUN_ID": str(run.run_id),
        "PQR_DATE_MIN": run.date_min.isoformat(),
        "PQR_DATE_MAX": run.date_max.isoformat(),
    }


def require_success(layer: str, result: DbtResult) -> None:
    """Raise when a node failed, with the first failure in the message.

    Raises:
        LayerFailed: As it says.
        ConnectionLost: Every failed node lost its connection.
    """
    failed = result.failed()
    if not failed and result.succeeded:
        return
    if not failed:
        raise LayerFailed(f"{layer}: dbt stopped without naming a node; see its log")
    first = failed[0]
    reason = " ".join((first.message or first.status).split())
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    is_lost = all(is_lost_connection(node.message or "") for node in failed)
    kind = ConnectionLost if is_lost else LayerFailed
    raise kind(f"{layer}: {first.unique_id}: {reason[:400]}{more}")


def _rows_by_dataset(objects: Sequence[ObjectRef]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for ref in objects:
        rows[ref.dataset] = rows.get(ref.dataset, 0) + ref.rows
    return dict(sorted(rows.items()))
