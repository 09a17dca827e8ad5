"""The metrics of a snapshot: names, labels and units by Prometheus' conventions.

Durations are seconds, shares are ratios from 0 to 1, instants are Unix time, so that ages are
`time() - x` and stay right between two scrapes. Labels come from closed lists; what is unbounded
(run ids) is a label of info metrics only. Known values without rows are 0, not absent.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from prometheus_client.core import GaugeMetricFamily, Metric

from orchestration.metrics.snapshot import Count, LatestRun, Live, Snapshot

RUN_STATUSES = ("RUNNING", "PUBLISHED", "DEGRADED", "FAILED", "CANCELLED")
CHECK_RESULTS = ("PASS", "WARN", "FAIL", "ERROR", "SKIPPED")
SEVERITIES = ("critical", "warning")
COLOMBIA_OFFSET = timedelta(hours=5)  # UTC-5 all year

Thing = TypeVar("Thing")
Labels = tuple[str, ...]
Samples = Iterable[tuple[Labels, float | None]]


def families(snapshot: Snapshot) -> Iterator[Metric]:
    """Every metric of a snapshot. What is not known yet has a family without samples."""
    yield from _run_families(snapshot)
    yield from _layer_families(snapshot)
    yield from _quality_families(snapshot)
    yield from _publication_families(snapshot)
    yield from _kpi_families(snapshot)


def _run_families(snapshot: Snapshot) -> Iterator[Metric]:
    counted = {count.name: count.value for count in snapshot.runs}
    yield _gauge(
        "pqr_runs",
        "Runs by status.",
        ("status",),
        (((status,), counted.get(status, 0)) for status in RUN_STATUSES),
    )
    runs = (snapshot.latest,) if snapshot.latest else ()
    yield _gauge(
        "pqr_run_info",
        "The run that was started last; always 1.",
        ("run_id", "world_id", "date_min", "date_max", "git_sha"),
        ((_identity(run), 1) for run in runs),
    )
    yield _gauge(
        "pqr_run_state",
        "1 for the status that the last started run has, 0 for the others.",
        ("status",),
        (((status,), status == run.status) for run in runs for status in RUN_STATUSES),
    )
    yield _gauge("pqr_run_attempt", "Tries of the run.", (), (((), run.attempt) for run in runs))
    yield _gauge(
        "pqr_run_started_timestamp_seconds",
        "When the last try began.",
        (),
        (((), run.started_at.timestamp()) for run in runs),
    )
    yield _gauge(
        "pqr_run_finished_timestamp_seconds",
        "When the last try ended; 0 while it runs.",
        (),
        (((), run.finished_at.timestamp() if run.finished_at else 0) for run in runs),
    )


def _layer_families(snapshot: Snapshot) -> Iterator[Metric]:
    layers = snapshot.layers
    yield _gauge(
        "pqr_layer_seconds",
        "Wall-clock seconds of the try that built the layer.",
        ("layer",),
        (((layer.layer,), layer.seconds) for layer in layers),
    )
    yield _gauge(
        "pqr_layer_cpu_seconds",
        "CPU seconds of the try that built the layer, children included.",
        ("layer",),
        (((layer.layer,), layer.cpu_seconds) for layer in layers),
    )
    yield _gauge(
        "pqr_layer_rows",
        "Rows of the layer.",
        ("layer",),
        (((layer.layer,), layer.rows) for layer in layers),
    )
    yield _gauge(
        "pqr_layer_bytes",
        "Bytes of the layer's objects.",
        ("layer",),
        (((layer.layer,), layer.bytes) for layer in layers),
    )


def _quality_families(snapshot: Snapshot) -> Iterator[Metric]:
    # Always a series: a panel without one looks like a broken panel.
    reasons = snapshot.quarantine or tuple(Count("none", 0) for _ in _once(snapshot.latest))
    yield _gauge(
        "pqr_quarantined_lines",
        "Raw lines that could not enter bronze, by reason code; none with 0 when all could.",
        ("reason",),
        (((count.name,), count.value) for count in reasons),
    )
    counted = dict.fromkeys(
        ((severity, result) for severity in SEVERITIES for result in CHECK_RESULTS), 0
    )
    for check in snapshot.checks:
        counted[check.severity, check.result] += check.checks_count
    yield _gauge(
        "pqr_checks",
        "Checks of the last try of the run, by result.",
        ("severity", "result"),
        ((labels, count) for labels, count in counted.items() if snapshot.latest),
    )


def _publication_families(snapshot: Snapshot) -> Iterator[Metric]:
    lives = tuple(_once(snapshot.live))
    yield _gauge(
        "pqr_published_info",
        "The publication that people see; always 1.",
        ("publication_id", "run_id", "world_id", "status", "first_day", "last_day"),
        ((_publication(live), 1) for live in lives),
    )
    yield _gauge(
        "pqr_published_timestamp_seconds",
        "When the publication that people see was written.",
        (),
        (((), live.published_at.timestamp()) for live in lives),
    )
    yield _gauge(
        "pqr_published_last_day_end_timestamp_seconds",
        "End of the last published day in Colombia: up to when the data reach.",
        (),
        (((), _end_of(live.last_day)) for live in lives),
    )
    yield _gauge(
        "pqr_published_degraded",
        "1 when a check with severity warning had failed.",
        (),
        (((), live.status == "DEGRADED") for live in lives),
    )


def _kpi_families(snapshot: Snapshot) -> Iterator[Metric]:
    yield _gauge(
        "pqr_created_tickets",
        "Cases created on the last published day.",
        ("channel", "pqrs_type"),
        (((row.channel, row.pqrs_type), row.tickets_count) for row in snapshot.created),
    )
    yield _gauge(
        "pqr_backlog_tickets",
        "Cases open at the end of the last published day.",
        ("pqrs_type", "region"),
        (((row.pqrs_type, row.region), row.backlog_count) for row in snapshot.backlog),
    )
    yield _gauge(
        "pqr_overdue_tickets",
        "Open cases past their term at the end of the last published day.",
        ("pqrs_type",),
        (((row.pqrs_type,), row.overdue_count) for row in snapshot.sla),
    )
    yield _gauge(
        "pqr_closed_tickets",
        "Closings of the last seven published days.",
        ("pqrs_type",),
        (((row.pqrs_type,), row.closings_count) for row in snapshot.sla),
    )
    yield _gauge(
        "pqr_closed_within_sla_tickets",
        "Closings of the last seven published days that were in time.",
        ("pqrs_type",),
        (((row.pqrs_type,), row.within_sla_count) for row in snapshot.sla),
    )
    # Bounded: the served KPIs and their counting columns, both from the project's declarations.
    yield _gauge(
        "pqr_kpi_total",
        "Sum of a counting column of a KPI over the last published day.",
        ("kpi", "measure"),
        (((row.kpi, row.measure), row.value) for row in snapshot.totals),
    )


def _gauge(name: str, documentation: str, labels: Labels, samples: Samples) -> Metric:
    family = GaugeMetricFamily(name, documentation, labels=labels)
    for values, value in samples:
        if value is not None:
            family.add_metric(values, float(value))
    return family


def _identity(run: LatestRun) -> Labels:
    return (
        str(run.run_id),
        str(run.world_id),
        run.date_min.isoformat(),
        run.date_max.isoformat(),
        run.git_sha or "",
    )


def _publication(live: Live) -> Labels:
    return (
        str(live.publication_id),
        str(live.run_id),
        str(live.world_id),
        live.status,
        live.first_day.isoformat(),
        live.last_day.isoformat(),
    )


def _once(thing: Thing | None) -> Iterator[Thing]:
    if thing is not None:
        yield thing


def _end_of(day: date) -> float:
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    return (midnight + COLOMBIA_OFFSET).timestamp()
