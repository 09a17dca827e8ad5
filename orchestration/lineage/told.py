"""What a run tells of its lineage: edges in the control plane, events to whoever wants them."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import psycopg

from orchestration.lake.committed import committed_manifest
from orchestration.lineage.edges import layer_inputs, layer_outputs, record_edges
from orchestration.lineage.emitter import Emitter
from orchestration.lineage.events import (
    Columns,
    EventType,
    Json,
    Place,
    input_dataset,
    layer_event,
    output_dataset,
    run_event,
)
from orchestration.lineage.graph import ProjectGraph
from orchestration.run import Claim
from orchestration.settings import Settings

_DBT_LAYERS: Final = ("silver", "gold", "serving")


class LineageTeller:
    """Follows one attempt.

    Args:
        settings: Where the services are and where events go.
        claim: The attempt.
        graph: Gives dbt's project; asked for only when a layer's edges or columns are needed.
        on_failure: Told in one line of a place that takes no events.
    """

    def __init__(
        self,
        settings: Settings,
        claim: Claim,
        graph: Callable[[], ProjectGraph],
        on_failure: Callable[[str], None],
    ) -> None:
        self._claim = claim
        self._graph = cache(graph)
        self._is_wanted = settings.lineage.is_configured
        self._namespace = settings.lineage.namespace
        self._place = Place.of(settings)
        self._emitter = Emitter(settings.lineage, on_failure)
        self._tries: dict[str, int] = {}

    def run_started(self) -> None:
        """The attempt holds its run."""
        self._emitter.emit(run_event("START", self._namespace, self._claim))

    def run_ended(self, error: BaseException | None) -> None:
        """The attempt is over: COMPLETE, FAIL, or ABORT when somebody stopped it."""
        kind = _ending(error)
        reason = None if error is None else str(error) or type(error).__name__
        self._emitter.emit(run_event(kind, self._namespace, self._claim, error=reason))

    def layer_started(self, layer: str) -> None:
        """A try of a layer begins."""
        self._tries[layer] = self._tries.get(layer, 0) + 1
        self._emitter.emit(self._layer_event("START", layer))

    def layer_failed(self, layer: str, reason: str) -> None:
        """A try of a layer failed."""
        self._emitter.emit(self._layer_event("FAIL", layer, error=reason))

    def layer_committed(
        self, connection: psycopg.Connection, layer: str, *, was_committed: bool
    ) -> None:
        """A layer is committed: its edges are kept, its datasets told of.

        Args:
            connection: Of the writer.
            layer: Which one.
            was_committed: It was found so, and not made by this attempt.
        """
        manifest = committed_manifest(connection, self._claim.run, layer)
        if manifest is None:
            return
        record_edges(connection, manifest, self._graph)
        if not self._is_wanted:
            return
        inputs = [input_dataset(self._place, item) for item in layer_inputs(connection, manifest)]
        outputs = []
        for item in layer_outputs(connection, manifest):
            # Not worth parsing the project for what was told when it was made.
            columns = () if was_committed else self._columns(layer, item.dataset)
            outputs.append(output_dataset(self._place, item, manifest.sha256, columns))
        facts = {
            "skipped": was_committed,
            "buildId": manifest.build_id,
            "manifestKey": manifest.key,
            "manifestSha256": manifest.sha256,
        }
        event = self._layer_event("COMPLETE", layer, inputs=inputs, outputs=outputs, facts=facts)
        self._emitter.emit(event)

    def _columns(self, layer: str, dataset: str) -> Columns:
        return self._graph().columns(layer, dataset) if layer in _DBT_LAYERS else ()

    def _layer_event(self, kind: EventType, layer: str, **told: Any) -> Json:
        number = self._tries.get(layer, 1)
        return layer_event(kind, self._namespace, self._claim, layer, number, **told)


def _ending(error: BaseException | None) -> EventType:
    if error is None:
        return "COMPLETE"
    return "FAIL" if isinstance(error, Exception) else "ABORT"
