"""The table of metrics in docs/observability.md is what the exporter shows."""

import re
from dataclasses import replace
from pathlib import Path

from prometheus_client.core import Metric

from orchestration.metrics.exporter import PqrCollector
from orchestration.metrics.families import families
from orchestration.metrics.rows import KpiTotal, LayerFigures, Sla
from tests.unit.metrics.test_families import FULL

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "observability.md"
NOWHERE = "postgresql://nobody:x@127.0.0.1:1/none"
KNOWN = replace(
    FULL,
    layers=(LayerFigures("raw", 14.5, 20.0, 1000, 5000),),
    sla=(Sla("P", 100, 90, 4),),
    totals=(KpiTotal("kpi_volume_daily", "tickets_count", 10),),
)


def exposed() -> list[Metric]:
    """Those of the exporter itself, then those of a snapshot in which everything is known."""
    return [*PqrCollector(NOWHERE, Path("/tmp")).collect(), *families(KNOWN)]


def row(metric: Metric) -> str:
    labels = sorted({label for sample in metric.samples for label in sample.labels})
    return f"| `{metric.name}` | {', '.join(labels)} | {metric.documentation} |"


def test_every_metric_is_in_the_table_and_nothing_else_is() -> None:
    table = re.findall(r"^\| `pqr_.*$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert table == [row(metric) for metric in exposed()]


def test_every_metric_of_a_full_snapshot_has_a_sample() -> None:
    assert [metric.name for metric in exposed() if not metric.samples] == []
