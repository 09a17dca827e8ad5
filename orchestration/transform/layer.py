"""Silver and gold: built by dbt into a staging folder, uploaded, described by a manifest."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import psycopg

from orchestration.errors import WorkFailed
from orchestration.lake.cache import ObjectCache
from orchestration.lake.commit import upload_parts
from orchestration.lake.committed import CommittedManifest, committed_manifest
from orchestration.lake.manifest import Edge, Manifest, ManifestInput, ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.progress import OnProgress, no_progress
from orchestration.run import Run
from orchestration.settings import Settings, exported
from orchestration.transform.dbt import (
    ConnectionLost,
    DbtResult,
    is_lost_connection,
    run_dbt,
)
from orchestration.transform.projects import Projects
from orchestration.transform.reasons import reason_of

# Materializations of serving whose result people read; the others are steps on the way.
_SERVED: Final = ("served_table", "published_view")
_SERVING_SCHEMA: Final = "serving"


@dataclass(frozen=True)
class ProjectGraph:
    """dbt's parsed project: `nodes` and `sources` by unique_id, as dbt holds them in memory."""

    nodes: Mapping[str, Any]
    sources: Mapping[str, Any]
    project_root: Path

    def edges(self, layer: str) -> tuple[Edge, ...]:
        """What every dataset of silver, gold or serving is made from, in order.

        Models that leave nothing behind are passed through to what they read. Tables of the
        control plane are not data.
        """
        found = set()
        for unique_id, (own_layer, dataset) in self._datasets.items():
            if own_layer == layer:
                for parent in self._committed_parents(unique_id):
                    found.add(Edge(dataset, *parent))
        return tuple(sorted(found, key=lambda edge: edge[:3]))

    def columns(self, layer: str, dataset: str) -> tuple[tuple[str, str, str], ...]:
        """Name, type and description of each column of a dataset that a model makes."""
        for unique_id, place in self._datasets.items():
            if place == (layer, dataset):
                node = self.nodes[unique_id]
                columns = list(node.columns.values())
                if node.config.materialized == "served_table":
                    # Declared once, by the dataset that it serves.
                    columns = [*self.nodes[node.depends_on.nodes[0]].columns.values(), *columns]
                return tuple(
                    (item.name, item.data_type or "", item.description) for item in columns
                )
        return ()

    @cached_property
    def _datasets(self) -> dict[str, tuple[str, str]]:
        found = {}
        for unique_id, node in self.nodes.items():
            if str(node.resource_type) != "model":
                continue
            layer = node.fqn[1]
            # In silver and gold a model with partitions is a dataset.
            if node.config.meta.get("partition") or (
                layer == "serving" and node.config.materialized in _SERVED
            ):
                is_elsewhere = layer == "serving" and node.schema != _SERVING_SCHEMA
                name = f"{node.schema}.{node.alias}" if is_elsewhere else node.alias
                found[unique_id] = (layer, name)
        return found

    def _committed_parents(self, unique_id: str) -> Iterator[tuple[str, str, str | None]]:
        for parent in self.nodes[unique_id].depends_on.nodes:
            if parent in self._datasets:
                layer, dataset = self._datasets[parent]
                yield layer, dataset, None
            elif parent in self.sources:
                source = self.sources[parent]
                # The world is a record of the control plane, not data.
                if source.source_name in READS["silver"] and source.name != "world":
                    yield source.source_name, source.name, None
            elif str(self.nodes[parent].resource_type) == "seed":
                yield "seed", self.nodes[parent].name, self._seed_sha256(parent)
            else:
                yield from self._committed_parents(parent)

    def _seed_sha256(self, unique_id: str) -> str:
        path = self.project_root / self.nodes[unique_id].original_file_path
        return hashlib.sha256(path.read_bytes()).hexdigest()


Layer = Literal["silver", "gold"]
# What a layer is made of, first the layer that its manifests follow. Silver takes what models say
# of the texts as it is: no case depends on it.
READS: Final[dict[Layer, tuple[str, ...]]] = {
    "silver": ("bronze", "enrichment"),
    "gold": ("silver",),
}


class LayerFailed(WorkFailed):
    """A model or a critical test of a layer failed: the layer is not committed."""


def stage_layer(
    settings: Settings,
    run: Run,
    layer: Layer,
    *,
    workspace: Path,
    projects: Projects,
    objects: Path,
    carries_over: bool,
    facts: Mapping[str, str] | None = None,
    select: Sequence[str] | None = None,
    threads: int | None = None,
    on_progress: OnProgress = no_progress,
) -> DbtResult:
    """Let dbt build `layer` into `staging_folder(workspace, layer)`; failing nodes do not raise.

    Args:
        settings: Where the services are.
        run: Whose days are built; what the layer reads must be committed.
        objects: Folder of the local copies of the objects that are read.
        layer: silver or gold.
        workspace: Scratch space of the run; the layer's part of it is emptied.
        projects: What dbt has parsed in this process.
        carries_over: Whether cases of other runs are taken as they are committed.
        facts: What else dbt must know.
        select, threads, on_progress: As `run_dbt` takes them.
    """
    folder = workspace / layer
    shutil.rmtree(folder, ignore_errors=True)
    staging_folder(workspace, layer).mkdir(parents=True)
    return run_dbt(
        settings,
        layer=layer,
        target="lake",
        facts={
            **run_facts(run),
            "PQR_LAKE_ROOT": str(folder / "staging"),
            "PQR_OBJECT_CACHE": str(objects),
            "PQR_CARRIES_OVER": "true" if carries_over else "",
            **(facts or {}),
        },
        workspace=folder,
        projects=projects,
        select=select,
        threads=threads,
        on_progress=on_progress,
    )


def staging_folder(workspace: Path, layer: Layer) -> Path:
    """Where dbt writes `<dataset>/<partition>/*.parquet` of a layer."""
    return workspace / layer / "staging" / layer


def upload_layer(
    store: ObjectStore,
    connection: psycopg.Connection,
    run: Run,
    layer: Layer,
    build_id: str,
    inputs: Sequence[CommittedManifest],
    workspace: Path,
    cache: ObjectCache,
) -> Manifest:
    """Upload what is staged; the manifest is the caller's to commit. Empties the workspace."""
    objects = upload_parts(store, staging_folder(workspace, layer), layer, run, cache)
    shutil.rmtree(workspace / layer, ignore_errors=True)
    previous = committed_manifest(connection, run, READS[layer][0])
    return Manifest(
        layer=layer,
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=build_id,
        previous_sha256=previous.sha256 if previous else None,
        inputs=tuple(ManifestInput(item.run_id, item.layer, item.sha256) for item in inputs),
        objects=objects,
        counts=_rows_by_dataset(objects),
    )


def parsed_project(settings: Settings, projects: Projects, run: Run) -> Any:
    """The manifest that dbt holds in memory, parsed now only if no layer was built before.

    Args:
        settings: Where the services are.
        projects: What this process has parsed.
        run: Whose names count: schemas as people see them, not those of the sandbox.

    Raises:
        DbtFailed: The project does not parse.
    """
    with exported({**settings.exports(), **run_facts(run), "PQR_LAYER": "silver"}):
        return projects.read(settings, "lake")


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
        raise LayerFailed(f"{layer}: dbt stopped without naming a node")
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    is_lost = all(is_lost_connection(node.message or "") for node in failed)
    kind = ConnectionLost if is_lost else LayerFailed
    raise kind(f"{layer}: {reason_of(failed[0])}{more}")


def _rows_by_dataset(objects: Sequence[ObjectRef]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for ref in objects:
        rows[ref.dataset] = rows.get(ref.dataset, 0) + ref.rows
    return dict(sorted(rows.items()))
