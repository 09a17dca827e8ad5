"""Landing and serving: the dbt invocations that carry committed parts into PostgreSQL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from orchestration.lake.commit import commit_layer, take_up
from orchestration.lake.committed import CommittedManifest, committed_manifest, newest_manifests
from orchestration.lake.manifest import Manifest, ManifestInput
from orchestration.lake.store import ObjectStore
from orchestration.run import Claim
from orchestration.settings import Settings
from orchestration.transform.dbt import NodeResult, Projects, run_dbt
from orchestration.transform.fingerprint import build_id
from orchestration.transform.layer import require_success, run_facts

_STEPS = (("publish", "lake"), ("serving", "serving"))


@dataclass(frozen=True)
class ServingBuild:
    """The build of the serving tables that this code and these committed layers ask for."""

    build_id: str
    inputs: tuple[CommittedManifest, ...]
    known: CommittedManifest | None


def serving_build(settings: Settings, connection: psycopg.Connection, claim: Claim) -> ServingBuild:
    """Which build is due, and whether it was committed before."""
    world_id = claim.run.world.world_id
    inputs = (
        *newest_manifests(connection, world_id, "silver"),
        *newest_manifests(connection, world_id, "gold"),
    )
    build = build_id(settings, "publish", [item.sha256 for item in inputs])
    known = committed_manifest(connection, claim.run, "serving", build)
    return ServingBuild(build, inputs, known)


def load_serving(
    settings: Settings,
    claim: Claim,
    *,
    workspace: Path,
    projects: Projects,
    on_results: Callable[[Sequence[NodeResult]], None],
) -> None:
    """Land the waiting batches and load them into the serving tables.

    Raises:
        LayerFailed: A model or a critical test failed; what was published stays as it is.
    """
    for layer, target in _STEPS:
        result = run_dbt(
            settings,
            layer=layer,
            target=target,
            facts=run_facts(claim.run),
            workspace=workspace / layer,
            projects=projects,
        )
        on_results(result.nodes)
        require_success(layer, result)


def commit_serving(
    connection: psycopg.Connection,
    store: ObjectStore,
    claim: Claim,
    build: ServingBuild,
    rows: dict[str, int],
) -> CommittedManifest:
    """Close the chain of manifests: what was landed, from which committed layers.

    Args:
        connection: Of the writer, holding the claim.
        store: The bucket.
        claim: The running attempt.
        build: From `serving_build`.
        rows: Rows of each dataset over the batches of this publication.
    """
    if build.known is not None:
        take_up(connection, claim, build.known)
        return build.known
    run = claim.run
    gold = committed_manifest(connection, run, "gold")
    manifest = Manifest(
        layer="serving",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=build.build_id,
        previous_sha256=gold.sha256 if gold else None,
        inputs=tuple(ManifestInput(item.run_id, item.layer, item.sha256) for item in build.inputs),
        objects=(),
        counts=dict(sorted(rows.items())),
    )
    return commit_layer(store, connection, claim, manifest)
