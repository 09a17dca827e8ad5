"""Landing and serving: the dbt invocations that carry committed parts into PostgreSQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from orchestration.lake.committed import CommittedManifest, committed_manifest, newest_manifests
from orchestration.lake.manifest import Manifest, ManifestInput
from orchestration.progress import OnProgress
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.transform.dbt import DbtResult, Projects, run_dbt
from orchestration.transform.fingerprint import build_id
from orchestration.transform.layer import run_facts

_STEPS = (("publish", "lake"), ("serving", "serving"))


@dataclass(frozen=True)
class ServingBuild:
    """The build of the serving tables that this code and these committed layers ask for."""

    build_id: str
    inputs: tuple[CommittedManifest, ...]


def serving_build(settings: Settings, connection: psycopg.Connection, run: Run) -> ServingBuild:
    """Which build is due."""
    world_id = run.world.world_id
    inputs = (
        *newest_manifests(connection, world_id, "silver"),
        *newest_manifests(connection, world_id, "gold"),
    )
    build = build_id(settings, "publish", [item.sha256 for item in inputs])
    return ServingBuild(build, inputs)


def load_serving(
    settings: Settings, run: Run, *, workspace: Path, projects: Projects, on_progress: OnProgress
) -> Iterator[DbtResult]:
    """Land the waiting batches, then load them into the serving tables.

    Gives the result of each invocation, so that the caller stops after a failing one.
    """
    for layer, target in _STEPS:
        yield run_dbt(
            settings,
            layer=layer,
            target=target,
            facts=run_facts(run),
            workspace=workspace / layer,
            projects=projects,
            on_progress=on_progress,
        )


def serving_manifest(
    connection: psycopg.Connection, run: Run, build: ServingBuild, rows: Mapping[str, int]
) -> Manifest:
    """The end of the chain of manifests: what was landed, from which committed layers.

    Args:
        connection: Of the writer.
        run: The run that is published.
        build: From `serving_build`.
        rows: Rows of each dataset over the batches of this publication.
    """
    gold = committed_manifest(connection, run, "gold")
    return Manifest(
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
