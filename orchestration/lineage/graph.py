"""The datasets of the lake and what each is made from, read from dbt's own graph."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from orchestration.lake.manifest import Edge

# Materializations of serving whose result people read; the others are steps on the way.
_SERVED: Final = ("served_table", "published_view")
_BRONZE: Final = "bronze"
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
                if source.source_name == _BRONZE and source.name != "world":
                    yield _BRONZE, source.name, None
            elif str(self.nodes[parent].resource_type) == "seed":
                yield "seed", self.nodes[parent].name, self._seed_sha256(parent)
            else:
                yield from self._committed_parents(parent)

    def _seed_sha256(self, unique_id: str) -> str:
        path = self.project_root / self.nodes[unique_id].original_file_path
        return hashlib.sha256(path.read_bytes()).hexdigest()
