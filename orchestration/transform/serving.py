"""The serving tables: dbt-postgres builds them from what has landed, with all that is declared."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from orchestration.lake.committed import CommittedManifest, committed_manifest, newest_manifests
from orchestration.lake.manifest import Manifest, ManifestInput
from orchestration.progress import OnProgress
from orchestration.run import Run
from orchestration.settings import Settings, exported
from orchestration.transform.dbt import DbtResult, run_dbt
from orchestration.transform.layer import run_facts
from orchestration.transform.projects import Projects

_CODE = ("dbt_project/models/serving", "macros/serving")
_HALF = 32


@dataclass(frozen=True)
class ServingBuild:
    """The build of the serving tables that this code and these committed layers ask for."""

    build_id: str
    inputs: tuple[CommittedManifest, ...]

    @property
    def code(self) -> str:
        """The part of the build_id that depends on code alone, whatever the rows."""
        return self.build_id[_HALF:]


def parsed_declarations(settings: Settings, projects: Projects | None = None) -> Any:
    """dbt's parsed project, whose nodes hold what every dataset declares.

    Raises:
        DbtFailed: The project does not parse.
    """
    # As in a run: schemas as people see them, not those of the sandbox.
    with exported({**settings.exports(), "PQR_LAYER": "serving"}):
        return (projects or Projects()).read(settings, "lake")


def serving_build(
    settings: Settings, connection: psycopg.Connection, run: Run, declarations: Iterable[str]
) -> ServingBuild:
    """Which build is due.

    Args:
        settings: Where the project is.
        connection: Of the writer.
        run: The run that is published.
        declarations: A hash of what each served dataset declares: another description or index is
            another build, though no row has to land for it.
    """
    world_id = run.world.world_id
    inputs = (
        *newest_manifests(connection, world_id, "silver"),
        *newest_manifests(connection, world_id, "gold"),
    )
    code = _hash([*declarations, *_code(settings.project_root)])
    build = _hash([code, *(item.sha256 for item in inputs)])[:_HALF] + code[:_HALF]
    return ServingBuild(build, inputs)


def load_serving(
    settings: Settings,
    run: Run,
    *,
    workspace: Path,
    projects: Projects,
    on_progress: OnProgress,
    tables: Sequence[str] | None = None,
) -> DbtResult:
    """Load what has landed into the serving tables; failing nodes do not raise.

    Args:
        settings: Where the services are.
        run: The run that is published.
        workspace: Scratch space of the run.
        projects: What dbt has parsed in this process.
        on_progress: Called with the number of nodes that are done, and of all.
        tables: Of which rows alone are to be loaded; None: all, with all that is declared.
    """
    return run_dbt(
        settings,
        layer="serving",
        target="serving",
        facts={**run_facts(run), "PQR_ROWS_ALONE": "" if tables is None else "true"},
        models=None if tables is None else {f"serving_{table}" for table in tables},
        workspace=workspace / "serving",
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


def _code(root: Path) -> list[str]:
    """What builds the tables: the serving models with their macros, name and text."""
    files = (path for folder in _CODE for path in sorted((root / folder).rglob("*.*")))
    return [f"{path.relative_to(root)} {path.read_text(encoding='utf-8')}" for path in files]


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
