"""What is read for the metrics: a row type for each question, and all answers together."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class LatestRun:
    """The run that was claimed last. Instants are UTC; `finished_at` is None while it runs."""

    run_id: UUID
    world_id: UUID
    run_seq: int
    status: str
    attempt: int
    date_min: date
    date_max: date
    git_sha: str | None
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Count:
    """How many of something that has a name: a status, a reason code."""

    name: str
    value: int


@dataclass(frozen=True)
class LayerFigures:
    """A layer of the latest run. None where the layer did not get that far."""

    layer: str
    seconds: float | None
    cpu_seconds: float | None
    rows: int | None
    bytes: int | None


@dataclass(frozen=True)
class LayerTry:
    """A layer in an attempt of the latest run; figures so far, while `status` is RUNNING.

    `done_count` and `total_count` are objects or dbt nodes, None once the layer has ended.
    """

    attempt: int
    layer: str
    status: str
    seconds: float | None
    rows: int | None
    bytes: int | None
    done_count: int | None
    total_count: int | None
    progress_at: datetime
    heartbeat_at: datetime


@dataclass(frozen=True)
class CheckCount:
    """How many checks of a layer and severity had a result."""

    layer: str
    severity: str
    result: str
    checks_count: int


@dataclass(frozen=True)
class LakeLayer:
    """The objects of a layer of the lake; superseded ones wait for `pqr gc --superseded`."""

    layer: str
    objects_count: int
    bytes: int
    superseded_count: int
    superseded_bytes: int


@dataclass(frozen=True)
class Live:
    """What people see now. `last_day` is a Colombian calendar day."""

    publication_id: int
    run_id: UUID
    world_id: UUID
    status: str
    first_day: date
    last_day: date
    published_at: datetime


@dataclass(frozen=True)
class Created:
    """Cases created on the last published day."""

    channel: str
    pqrs_type: str
    tickets_count: int


@dataclass(frozen=True)
class Backlog:
    """Cases open at the end of the last published day, and of the same day a week before.

    `week_ago_count` is None when that day is not published.
    """

    pqrs_type: str
    region: str
    backlog_count: int
    week_ago_count: int | None


@dataclass(frozen=True)
class Sla:
    """Closings of the last seven published days; overdue at the end of the last one."""

    pqrs_type: str
    closings_count: int
    within_sla_count: int
    overdue_count: int | None


@dataclass(frozen=True)
class AtRisk:
    """Open cases of a type, not overdue, with less than three business days of their term left."""

    pqrs_type: str
    tickets_count: int


@dataclass(frozen=True)
class ModelQuality:
    """What a model read in the cases of the last seven published days.

    `drift_pct` is the mean of these days, each weighing what was answered; 0 to 100, None where no
    day has answers before it.
    """

    model_type: str
    judged_count: int
    covered_count: int
    agreed_count: int
    drift_pct: float | None


@dataclass(frozen=True)
class KpiTotal:
    """The sum of a counting column of a KPI over the rows of the last published day."""

    kpi: str
    measure: str
    value: int | None


@dataclass(frozen=True)
class Snapshot:
    """Everything the exporter shows, read in one transaction by `queries` statements."""

    runs: tuple[Count, ...] = ()
    latest: LatestRun | None = None
    layers: tuple[LayerFigures, ...] = ()
    tries: tuple[LayerTry, ...] = ()
    quarantine: tuple[Count, ...] = ()
    checks: tuple[CheckCount, ...] = ()
    lake: tuple[LakeLayer, ...] = ()
    live: Live | None = None
    created: tuple[Created, ...] = ()
    backlog: tuple[Backlog, ...] = ()
    sla: tuple[Sla, ...] = ()
    at_risk: tuple[AtRisk, ...] = ()
    models: tuple[ModelQuality, ...] = ()
    totals: tuple[KpiTotal, ...] = ()
    queries: int = 0
