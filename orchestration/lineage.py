"""OpenLineage events of an attempt (https://openlineage.io, spec 2-0-2), sent as plain JSON.

Optional: imported only when OPENLINEAGE_URL or PQR_OPENLINEAGE_FILE is set. What a layer was made
from is read back from meta.lineage, where its committer recorded it.
"""

import json
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final, Literal
from uuid import UUID, uuid5

import psycopg

from orchestration.lake.committed import CommittedManifest, committed_manifest
from orchestration.run import Claim, Run
from orchestration.settings import Settings

EventType = Literal["START", "COMPLETE", "FAIL", "ABORT"]
Json = dict[str, Any]
# Name, type and description of each column of a dataset of a layer.
Columns = Callable[[str, str], Sequence[tuple[str, str, str]]]

PRODUCER: Final = f"urn:pqr-hybrid-lakehouse:{version('pqr-hybrid-lakehouse')}"
RUN_JOB: Final = "pqr-run"
_SPEC: Final = "https://openlineage.io/spec"
_SCHEMA_URL: Final = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_TIMEOUT_SECONDS: Final = 5


def no_columns(layer: str, dataset: str) -> Sequence[tuple[str, str, str]]:
    """No columns: the event names the dataset alone."""
    return ()


class OpenLineage:
    """Sends the events of one attempt to a collector, to a file, or to both.

    Args:
        settings: Where events go, and where the datasets are.
        claim: The attempt.
        on_failure: Called with one line for a target that fails; it gets no more events.
    """

    def __init__(self, settings: Settings, claim: Claim, on_failure: Callable[[str], None]) -> None:
        self._claim = claim
        self._lineage = settings.lineage
        self._bucket = settings.s3.bucket
        url = settings.postgres.url
        self._database = (f"postgres://{url.host}:{url.port}", url.database)
        self._on_failure = on_failure
        self._tries: dict[str, int] = {}
        self._targets: dict[str, Callable[[bytes], None]] = {}
        if self._lineage.file is not None:
            self._targets[str(self._lineage.file)] = self._append
        if self._lineage.url is not None:
            self._targets[self._lineage.url] = self._post

    def emit_run(self, kind: EventType, error: str | None = None) -> None:
        """Send an event of the whole attempt."""
        self._send(self._event(kind, attempt_id(self._claim), RUN_JOB, "FLOW", {}, error))

    def emit_layer(self, kind: EventType, layer: str, error: str | None = None) -> None:
        """Send the start or the failure of a try of a layer."""
        self._send(self._layer_event(kind, layer, {}, error))

    def emit_committed(
        self,
        connection: psycopg.Connection,
        layer: str,
        *,
        skipped: bool,
        columns: Columns = no_columns,
    ) -> None:
        """Send the end of a try of a layer, with the datasets that it read and made.

        Args:
            connection: Of the writer.
            layer: Which one; it is committed.
            skipped: It was found committed, not made by this attempt.
            columns: Gives the columns of a dataset.
        """
        manifest = committed_manifest(connection, self._claim.run, layer)
        if manifest is None:
            return
        facts = {
            "skipped": skipped,
            "buildId": manifest.build_id,
            "manifestKey": manifest.key,
            "manifestSha256": manifest.sha256,
        }
        url = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet"
        facets = {"pqr_layer": {"_producer": PRODUCER, "_schemaURL": url, **facts}}
        event = self._layer_event("COMPLETE", layer, facets)
        event["inputs"] = self._inputs(connection, manifest)
        event["outputs"] = self._outputs(connection, manifest, columns)
        self._send(event)

    def _inputs(self, connection: psycopg.Connection, manifest: CommittedManifest) -> list[Json]:
        """What was read, other datasets of the layer left out; its version is its sha256."""
        rows = connection.execute(
            "select input_layer, input_dataset, max(input_sha256) from meta.lineage"
            " where manifest_sha256 = %s and input_layer <> layer and input_dataset is not null"
            " group by 1, 2 order by 1, 2",
            [manifest.sha256],
        ).fetchall()
        return [
            {**self._name(layer, dataset), "facets": _version(sha256)}
            for layer, dataset, sha256 in rows
        ]

    def _outputs(
        self, connection: psycopg.Connection, manifest: CommittedManifest, columns: Columns
    ) -> list[Json]:
        """What was made: size, columns, and the manifest's sha256 as its version."""
        rows = connection.execute(
            """
            select dataset, sum(rows)::bigint, coalesce(sum(size), 0)::bigint, count(key)
            from (
                select dataset, rows, size, key
                from meta.manifest_objects where manifest_seq = %(seq)s
                union all
                -- Serving has no objects: its rows are not counted here.
                select distinct dataset, null::bigint, null::bigint, null
                from meta.lineage_edges where manifest_seq = %(seq)s
            ) as datasets
            group by dataset order by dataset
            """,
            {"seq": manifest.manifest_seq},
        ).fetchall()
        outputs = []
        for dataset, count, size, objects in rows:
            output: Json = {**self._name(manifest.layer, dataset)}
            output["facets"] = _version(manifest.sha256)
            if fields := columns(manifest.layer, dataset):
                names = ("name", "type", "description")
                listed = [dict(zip(names, item, strict=True)) for item in fields]
                output["facets"]["schema"] = _facet("1-1-1/SchemaDatasetFacet.json", fields=listed)
            if count is not None:
                facts = {"rowCount": count, "size": size, "fileCount": objects}
                facet = _facet("1-0-2/OutputStatisticsOutputDatasetFacet.json", **facts)
                output["outputFacets"] = {"outputStatistics": facet}
            outputs.append(output)
        return outputs

    def _name(self, layer: str, dataset: str) -> Json:
        if layer == "serving":
            name = dataset if "." in dataset else f"serving.{dataset}"
            return {"namespace": self._database[0], "name": f"{self._database[1]}.{name}"}
        if layer == "seed":
            return {"namespace": "file", "name": f"seeds/{dataset}.csv"}
        return {"namespace": f"s3://{self._bucket}", "name": f"{layer}/{dataset}"}

    def _layer_event(
        self, kind: EventType, layer: str, facets: Json, error: str | None = None
    ) -> Json:
        if kind == "START":
            self._tries[layer] = self._tries.get(layer, 0) + 1
        run_id = layer_id(self._claim, layer, self._tries.get(layer, 1))
        parent = {
            "run": {"runId": str(attempt_id(self._claim))},
            "job": {"namespace": self._lineage.namespace, "name": RUN_JOB},
        }
        facets = {**facets, "parent": _facet("1-0-1/ParentRunFacet.json", **parent)}
        return self._event(kind, run_id, f"{RUN_JOB}.{layer}", "TASK", facets, error)

    def _event(
        self,
        kind: EventType,
        run_id: UUID,
        job: str,
        job_type: str,
        facets: Json,
        error: str | None,
    ) -> Json:
        facets = {**facets, "nominalTime": _nominal_time(self._claim.run)}
        if error is not None:
            message = {"message": error, "programmingLanguage": "PYTHON"}
            facets["errorMessage"] = _facet("1-0-1/ErrorMessageRunFacet.json", **message)
        kinds = {"processingType": "BATCH", "integration": "PQR", "jobType": job_type}
        job_facets = {"jobType": _facet("2-0-3/JobTypeJobFacet.json", **kinds)}
        return {
            "eventType": kind,
            "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "run": {"runId": str(run_id), "facets": facets},
            "job": {"namespace": self._lineage.namespace, "name": job, "facets": job_facets},
            "inputs": [],
            "outputs": [],
            "producer": PRODUCER,
            "schemaURL": _SCHEMA_URL,
        }

    def _send(self, event: Json) -> None:
        body = json.dumps(event, ensure_ascii=False, default=str).encode()
        for name, send in list(self._targets.items()):
            try:
                send(body)
            except (OSError, ValueError) as error:
                del self._targets[name]
                self._on_failure(f"no more OpenLineage events to {name}: {error}")

    def _append(self, body: bytes) -> None:
        assert self._lineage.file is not None  # noqa: S101 -- a target only then
        self._lineage.file.parent.mkdir(parents=True, exist_ok=True)
        # One write, so that lines of several runs do not mix.
        with self._lineage.file.open("ab", buffering=0) as file:
            file.write(body + b"\n")

    def _post(self, body: bytes) -> None:
        assert self._lineage.url is not None  # noqa: S101 -- a target only then
        headers = {"Content-Type": "application/json"}
        if self._lineage.api_key is not None:
            headers["Authorization"] = f"Bearer {self._lineage.api_key}"
        # The settings accept http and https alone.
        request = urllib.request.Request(self._lineage.url, body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            answer.read()


def attempt_id(claim: Claim) -> UUID:
    """The OpenLineage run of an attempt: the same for every event of it."""
    return uuid5(claim.run.run_id, f"attempt/{claim.attempt}")


def layer_id(claim: Claim, layer: str, number: int) -> UUID:
    """The OpenLineage run of a try of a layer; tries are numbered from 1."""
    return uuid5(attempt_id(claim), f"{layer}/{number}")


def _nominal_time(run: Run) -> Json:
    """The days of the run, which are Colombian."""
    return _facet(
        "1-0-1/NominalTimeRunFacet.json",
        nominalStartTime=f"{run.date_min.isoformat()}T00:00:00-05:00",
        nominalEndTime=f"{run.date_max.isoformat()}T23:59:59-05:00",
    )


def _version(sha256: str) -> Json:
    return {"version": _facet("1-0-1/DatasetVersionDatasetFacet.json", datasetVersion=sha256)}


def _facet(path: str, **fields: object) -> Json:
    return {"_producer": PRODUCER, "_schemaURL": f"{_SPEC}/facets/{path}", **fields}
