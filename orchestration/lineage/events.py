"""OpenLineage run events as plain JSON (https://openlineage.io, spec 2-0-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final, Literal
from uuid import UUID, uuid5

from orchestration.lineage.edges import LayerInput, LayerOutput
from orchestration.run import Claim, Run
from orchestration.settings import Settings

EventType = Literal["START", "COMPLETE", "FAIL", "ABORT"]
Json = dict[str, Any]
Columns = Sequence[tuple[str, str, str]]

PRODUCER: Final = f"urn:pqr-hybrid-lakehouse:{version('pqr-hybrid-lakehouse')}"
_SPEC: Final = "https://openlineage.io/spec"
_SCHEMA_URL: Final = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
RUN_JOB: Final = "pqr-run"


@dataclass(frozen=True)
class Place:
    """Where datasets lie, as OpenLineage names them: a bucket, a database, the checkout."""

    bucket: str
    postgres: str
    database: str

    @classmethod
    def of(cls, settings: Settings) -> "Place":
        """The place of these settings; holds no credentials."""
        url = settings.postgres.url
        return cls(settings.s3.bucket, f"postgres://{url.host}:{url.port}", url.database)

    def dataset(self, layer: str, dataset: str) -> Json:
        """Namespace and name of a dataset."""
        if layer == "serving":
            name = dataset if "." in dataset else f"serving.{dataset}"
            return {"namespace": self.postgres, "name": f"{self.database}.{name}"}
        if layer == "seed":
            return {"namespace": "file", "name": f"seeds/{dataset}.csv"}
        return {"namespace": f"s3://{self.bucket}", "name": f"{layer}/{dataset}"}


def attempt_id(claim: Claim) -> UUID:
    """The OpenLineage run of an attempt: the same for every event of it, whoever sends it."""
    return uuid5(claim.run.run_id, f"attempt/{claim.attempt}")


def layer_id(claim: Claim, layer: str, number: int) -> UUID:
    """The OpenLineage run of a try of a layer; tries are numbered from 1."""
    return uuid5(attempt_id(claim), f"{layer}/{number}")


def run_event(kind: EventType, namespace: str, claim: Claim, *, error: str | None = None) -> Json:
    """An event of a whole attempt."""
    facets = {"nominalTime": _nominal_time(claim.run)}
    job = _job(namespace, RUN_JOB, "FLOW")
    return _event(kind, attempt_id(claim), job, facets, error=error)


def layer_event(
    kind: EventType,
    namespace: str,
    claim: Claim,
    layer: str,
    number: int,
    *,
    inputs: Sequence[Json] = (),
    outputs: Sequence[Json] = (),
    error: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> Json:
    """An event of a try of a layer, with the attempt as its parent.

    Args:
        kind: What happened.
        namespace: Of the jobs.
        claim: The attempt.
        layer: raw, bronze, silver, gold or serving.
        number: Which try of it.
        inputs: From `input_dataset`.
        outputs: From `output_dataset`.
        error: Why it failed.
        facts: What else is known of the layer: build, manifest, whether it was found committed.
    """
    parent = {
        "run": {"runId": str(attempt_id(claim))},
        "job": {"namespace": namespace, "name": RUN_JOB},
    }
    facets = {
        "nominalTime": _nominal_time(claim.run),
        "parent": _facet("1-0-1/ParentRunFacet.json", **parent),
    }
    if facts:
        url = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet"
        facets["pqr_layer"] = {"_producer": PRODUCER, "_schemaURL": url, **facts}
    job = _job(namespace, f"{RUN_JOB}.{layer}", "TASK")
    event = _event(kind, layer_id(claim, layer, number), job, facets, error=error)
    return {**event, "inputs": list(inputs), "outputs": list(outputs)}


def input_dataset(place: Place, item: LayerInput) -> Json:
    """A dataset that was read, with the hash of what was read as its version."""
    return {**place.dataset(item.layer, item.dataset), "facets": _version(item.version)}


def output_dataset(place: Place, item: LayerOutput, sha256: str, columns: Columns = ()) -> Json:
    """A dataset that was made, with its size, its columns and its manifest's sha256."""
    facets = _version(sha256)
    if columns:
        fields = [{"name": name, "type": kind, "description": text} for name, kind, text in columns]
        facets["schema"] = _facet("1-1-1/SchemaDatasetFacet.json", fields=fields)
    made = place.dataset(item.layer, item.dataset)
    if item.rows is None:
        return {**made, "facets": facets}
    counts = {"rowCount": item.rows, "size": item.size, "fileCount": item.objects}
    statistics = _facet("1-0-2/OutputStatisticsOutputDatasetFacet.json", **counts)
    return {**made, "facets": facets, "outputFacets": {"outputStatistics": statistics}}


def _event(kind: EventType, run_id: UUID, job: Json, facets: Json, *, error: str | None) -> Json:
    if error is not None:
        message = {"message": error, "programmingLanguage": "PYTHON"}
        facets = {**facets, "errorMessage": _facet("1-0-1/ErrorMessageRunFacet.json", **message)}
    return {
        "eventType": kind,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "run": {"runId": str(run_id), "facets": facets},
        "job": job,
        "inputs": [],
        "outputs": [],
        "producer": PRODUCER,
        "schemaURL": _SCHEMA_URL,
    }


def _job(namespace: str, name: str, kind: str) -> Json:
    facts = {"processingType": "BATCH", "integration": "PQR", "jobType": kind}
    facets = {"jobType": _facet("2-0-3/JobTypeJobFacet.json", **facts)}
    return {"namespace": namespace, "name": name, "facets": facets}


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
