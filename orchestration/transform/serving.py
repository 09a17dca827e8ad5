"""The serving tables: dbt-postgres builds them from what has landed, with all that is declared."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from orchestration.lake.commit import commit_layer, take_up
from orchestration.lake.committed import CommittedManifest, committed_manifest, newest_manifests
from orchestration.lake.manifest import Manifest, ManifestInput
from orchestration.lake.store import ObjectStore
from orchestration.run import Claim
from orchestration.settings import Settings, exported
from orchestration.transform.dbt import NodeResult, Projects, _options, run_dbt
from orchestration.transform.layer import require_success, run_facts

_CODE = ("dbt_project/models/serving", "macros/serving")


@dataclass(frozen=True)
class ServingBuild:
    """The build of the serving tables that this code and these committed layers ask for."""

    build_id: str
    inputs: tuple[CommittedManifest, ...]
    known: CommittedManifest | None


def parsed_declarations(settings: Settings, projects: Projects | None = None) -> Any:
    """dbt's parsed project, whose nodes hold what every dataset declares.

    Raises:
        DbtFailed: The project does not parse.
    """
    options = _options(settings, "lake", settings.home / "dbt" / "logs")
    # As in a run: schemas as people see them, not those of the sandbox.
    with exported({**settings.exports(), "PQR_LAYER": "serving"}):
        return (projects or Projects()).parsed("lake", options)


def serving_build(
    settings: Settings,
    connection: psycopg.Connection,
    claim: Claim,
    declarations: Iterable[str],
) -> ServingBuild:
    """Which build is due, and whether it was committed before.

    Args:
        settings: Where the project is.
        connection: Of the writer.
        claim: The running attempt.
        declarations: A hash of what each served dataset declares: another description or index is
            another build, though no row has to land for it.
    """
    world_id = claim.run.world.world_id
    inputs = (
        *newest_manifests(connection, world_id, "silver"),
        *newest_manifests(connection, world_id, "gold"),
    )
    code = _hash([*declarations, *_code(settings.project_root)])
    build = _hash([code, *(item.sha256 for item in inputs)])[:32] + code[:32]
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
    """Load what has landed into the serving tables.

    Raises:
        LayerFailed: A model failed; what was published stays as it is.
    """
    result = run_dbt(
        settings,
        layer="serving",
        target="serving",
        facts=run_facts(claim.run),
        workspace=workspace / "serving",
        projects=projects,
    )
    on_results(result.nodes)
    require_success("serving", result)


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


def _code(root: Path) -> list[str]:
    """What builds the tables: the serving models with their macros, name and text."""
    files = (path for folder in _CODE for path in sorted((root / folder).rglob("*.*")))
    return [f"{path.relative_to(root)} {path.read_text(encoding='utf-8')}" for path in files]


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
