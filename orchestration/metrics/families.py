"""The metrics of runs: their state, their layers, and how far the one that goes on has come."""

from collections.abc import Iterator

from prometheus_client.core import Metric

from orchestration.metrics.gauges import Labels, gauge, single
from orchestration.metrics.published import published_families
from orchestration.metrics.rows import LatestRun, LayerTry, Snapshot

RUN_STATUSES = ("RUNNING", "PUBLISHED", "DEGRADED", "COMMITTED", "FAILED", "CANCELLED")
LAYERS = ("raw", "bronze", "enrichment", "silver", "gold", "serving")
_ENDED_WELL = ("SUCCEEDED", "SKIPPED")


def families(snapshot: Snapshot) -> Iterator[Metric]:
    """Every metric of a snapshot. What is not known yet has a family without samples."""
    yield from _run_families(snapshot)
    yield from _layer_families(snapshot)
    yield from _try_families(snapshot)
    yield from _progress_families(snapshot)
    yield from _lake_families(snapshot)
    yield from published_families(snapshot)


def _run_families(snapshot: Snapshot) -> Iterator[Metric]:
    counted = {count.name: count.value for count in snapshot.runs}
    yield gauge(
        "pqr_runs",
        "Runs by status.",
        ("status",),
        (((status,), counted.get(status, 0)) for status in RUN_STATUSES),
    )
    runs = (snapshot.latest,) if snapshot.latest else ()
    yield gauge(
        "pqr_run_info",
        "The run that was started last; always 1.",
        ("run_id", "world_id", "date_min", "date_max", "git_sha"),
        ((_identity(run), 1) for run in runs),
    )
    yield gauge(
        "pqr_run_state",
        "1 for the status that the last started run has, 0 for the others.",
        ("status",),
        (((status,), status == run.status) for run in runs for status in RUN_STATUSES),
    )
    yield gauge("pqr_run_attempt", "Tries of the run.", (), (((), run.attempt) for run in runs))
    yield gauge(
        "pqr_run_started_timestamp_seconds",
        "When the last try began.",
        (),
        (((), run.started_at.timestamp()) for run in runs),
    )
    yield gauge(
        "pqr_run_finished_timestamp_seconds",
        "When the last try ended; 0 while it runs.",
        (),
        (((), run.finished_at.timestamp() if run.finished_at else 0) for run in runs),
    )


def _layer_families(snapshot: Snapshot) -> Iterator[Metric]:
    layers = snapshot.layers
    yield gauge(
        "pqr_layer_seconds",
        "Wall-clock seconds of the try that built the layer.",
        ("layer",),
        (((layer.layer,), layer.seconds) for layer in layers),
    )
    yield gauge(
        "pqr_layer_cpu_seconds",
        "CPU seconds of the try that built the layer, children included.",
        ("layer",),
        (((layer.layer,), layer.cpu_seconds) for layer in layers),
    )
    yield gauge(
        "pqr_layer_rows",
        "Rows of the layer.",
        ("layer",),
        (((layer.layer,), layer.rows) for layer in layers),
    )
    yield gauge(
        "pqr_layer_bytes",
        "Bytes of the layer's objects.",
        ("layer",),
        (((layer.layer,), layer.bytes) for layer in layers),
    )


def _try_families(snapshot: Snapshot) -> Iterator[Metric]:
    """Of the last three attempts: more would be a label without a bound."""
    tries = snapshot.tries
    yield gauge(
        "pqr_try_state",
        "1: the status of a layer in one of the last three attempts of the run.",
        ("layer", "attempt", "status"),
        (((*_place(item), item.status), 1) for item in tries),
    )
    yield gauge(
        "pqr_try_seconds",
        "Seconds of a layer in an attempt; so far, while it runs.",
        ("layer", "attempt"),
        ((_place(item), item.seconds) for item in tries),
    )
    yield gauge(
        "pqr_try_rows",
        "Rows that a layer made or found in an attempt; so far, while it runs.",
        ("layer", "attempt"),
        ((_place(item), item.rows) for item in tries),
    )
    yield gauge(
        "pqr_try_bytes",
        "Bytes that a layer made or found in an attempt; so far, while it runs.",
        ("layer", "attempt"),
        ((_place(item), item.bytes) for item in tries),
    )


def _progress_families(snapshot: Snapshot) -> Iterator[Metric]:
    run = snapshot.latest
    now = {item.layer: item for item in snapshot.tries if run and item.attempt == run.attempt}
    layers = LAYERS if run else ()
    yield gauge(
        "pqr_progress_ratio",
        "Share of a layer that the last attempt has done, from 0 to 1.",
        ("layer",),
        (((layer,), _share(now.get(layer))) for layer in layers),
    )
    yield gauge(
        "pqr_progress_rows_per_second",
        "Rows per second of the layer that runs now; 0 for the others.",
        ("layer",),
        (((layer,), _rate(now.get(layer))) for layer in layers),
    )
    beats = [item.heartbeat_at for item in now.values()]
    steps = [item.progress_at for item in now.values()]
    yield single(
        "pqr_run_heartbeat_timestamp_seconds",
        "When the process of the last attempt last said that it is there.",
        max([run.started_at, *beats]).timestamp() if run else None,
    )
    yield single(
        "pqr_run_progress_timestamp_seconds",
        "When the last attempt last reported that it has done something.",
        max([run.started_at, *steps]).timestamp() if run else None,
    )


def _lake_families(snapshot: Snapshot) -> Iterator[Metric]:
    lake = snapshot.lake
    yield gauge(
        "pqr_lake_objects",
        "Objects of the layer in the bucket, of all runs.",
        ("layer",),
        (((item.layer,), item.objects_count) for item in lake),
    )
    yield gauge(
        "pqr_lake_bytes",
        "Bytes of the layer in the bucket, of all runs.",
        ("layer",),
        (((item.layer,), item.bytes) for item in lake),
    )
    yield gauge(
        "pqr_lake_superseded_objects",
        "Objects that only superseded builds name: `pqr gc --superseded` collects them.",
        ("layer",),
        (((item.layer,), item.superseded_count) for item in lake),
    )
    yield gauge(
        "pqr_lake_superseded_bytes",
        "Bytes of the objects that wait for collection.",
        ("layer",),
        (((item.layer,), item.superseded_bytes) for item in lake),
    )


def _share(item: LayerTry | None) -> float:
    if item is None:
        return 0.0
    if item.status in _ENDED_WELL:
        return 1.0
    return (item.done_count or 0) / item.total_count if item.total_count else 0.0


def _rate(item: LayerTry | None) -> float:
    if item is None or item.status != "RUNNING" or not item.seconds:
        return 0.0
    return (item.rows or 0) / float(item.seconds)


def _place(item: LayerTry) -> Labels:
    return (item.layer, str(item.attempt))


def _identity(run: LatestRun) -> Labels:
    return (
        str(run.run_id),
        str(run.world_id),
        run.date_min.isoformat(),
        run.date_max.isoformat(),
        run.git_sha or "",
    )
