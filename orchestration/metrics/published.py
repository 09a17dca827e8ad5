"""The metrics of what people see: checks, quarantine, the publication, and its KPIs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from prometheus_client.core import Metric

from orchestration.metrics.gauges import Labels, gauge
from orchestration.metrics.rows import Count, Live, Snapshot

CHECK_RESULTS = ("PASS", "WARN", "FAIL", "ERROR", "SKIPPED")
SEVERITIES = ("critical", "warning")
COLOMBIA_OFFSET = timedelta(hours=5)  # UTC-5 all year

Thing = TypeVar("Thing")


def published_families(snapshot: Snapshot) -> Iterator[Metric]:
    """Every metric of quality, publication and KPIs."""
    yield from _quality_families(snapshot)
    yield from _publication_families(snapshot)
    yield from _kpi_families(snapshot)
    yield from _model_families(snapshot)


def _quality_families(snapshot: Snapshot) -> Iterator[Metric]:
    # Always a series: a panel without one looks like a broken panel.
    reasons = snapshot.quarantine or tuple(Count("none", 0) for _ in _once(snapshot.latest))
    yield gauge(
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
    yield gauge(
        "pqr_checks",
        "Checks of the last try of the run, by result.",
        ("severity", "result"),
        ((labels, count) for labels, count in counted.items() if snapshot.latest),
    )


def _publication_families(snapshot: Snapshot) -> Iterator[Metric]:
    lives = tuple(_once(snapshot.live))
    yield gauge(
        "pqr_published_info",
        "The publication that people see; always 1.",
        ("publication_id", "run_id", "world_id", "status", "first_day", "last_day"),
        ((_publication(live), 1) for live in lives),
    )
    yield gauge(
        "pqr_published_timestamp_seconds",
        "When the publication that people see was written.",
        (),
        (((), live.published_at.timestamp()) for live in lives),
    )
    yield gauge(
        "pqr_published_last_day_end_timestamp_seconds",
        "End of the last published day in Colombia: up to when the data reach.",
        (),
        (((), _end_of(live.last_day)) for live in lives),
    )
    yield gauge(
        "pqr_published_degraded",
        "1 when a check with severity warning had failed.",
        (),
        (((), live.status == "DEGRADED") for live in lives),
    )


def _kpi_families(snapshot: Snapshot) -> Iterator[Metric]:
    yield gauge(
        "pqr_created_tickets",
        "Cases created on the last published day.",
        ("channel", "pqrs_type"),
        (((row.channel, row.pqrs_type), row.tickets_count) for row in snapshot.created),
    )
    yield gauge(
        "pqr_backlog_tickets",
        "Cases open at the end of the last published day.",
        ("pqrs_type", "region"),
        (((row.pqrs_type, row.region), row.backlog_count) for row in snapshot.backlog),
    )
    yield gauge(
        "pqr_backlog_week_ago_tickets",
        "Cases that were open seven days before the last published day.",
        ("pqrs_type", "region"),
        (((row.pqrs_type, row.region), row.week_ago_count) for row in snapshot.backlog),
    )
    yield gauge(
        "pqr_overdue_tickets",
        "Open cases past their term at the end of the last published day.",
        ("pqrs_type",),
        (((row.pqrs_type,), row.overdue_count) for row in snapshot.sla),
    )
    yield gauge(
        "pqr_at_risk_tickets",
        "Open cases at risk on the last published day: less than three business days left.",
        ("pqrs_type",),
        (((row.pqrs_type,), row.tickets_count) for row in snapshot.at_risk),
    )
    yield gauge(
        "pqr_closed_tickets",
        "Closings of the last seven published days.",
        ("pqrs_type",),
        (((row.pqrs_type,), row.closings_count) for row in snapshot.sla),
    )
    yield gauge(
        "pqr_closed_within_sla_tickets",
        "Closings of the last seven published days that were in time.",
        ("pqrs_type",),
        (((row.pqrs_type,), row.within_sla_count) for row in snapshot.sla),
    )
    # Bounded: the served KPIs and their counting columns, both from the project's declarations.
    yield gauge(
        "pqr_kpi_total",
        "Sum of a counting column of a KPI over the last published day.",
        ("kpi", "measure"),
        (((row.kpi, row.measure), row.value) for row in snapshot.totals),
    )


def _model_families(snapshot: Snapshot) -> Iterator[Metric]:
    models, label = snapshot.models, ("model_type",)
    yield gauge(
        "pqr_model_judged_tickets",
        "Cases of the last seven published days that a model was asked about.",
        label,
        (((row.model_type,), row.judged_count) for row in models),
    )
    yield gauge(
        "pqr_model_answered_tickets",
        "Those of them about which the model did not abstain.",
        label,
        (((row.model_type,), row.covered_count) for row in models),
    )
    yield gauge(
        "pqr_model_agreed_tickets",
        "Those of them whose type is the one that was filed.",
        label,
        (((row.model_type,), row.agreed_count) for row in models),
    )
    yield gauge(
        "pqr_model_drift_ratio",
        "Share of a model's answers that moved to other types, against the seven days before.",
        label,
        (
            ((row.model_type,), None if row.drift_pct is None else row.drift_pct / 100)
            for row in models
        ),
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
