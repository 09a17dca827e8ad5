"""A rule that moved to dbt keeps its name in meta.data_quality."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from orchestration.quality.dbt_checks import dbt_checks

BUILD = "b" * 64


@dataclass(frozen=True)
class Node:
    node: dict[str, Any]
    status: str = "pass"
    unique_id: str = "test.pqr_lakehouse.x"
    seconds: float = 0.1
    failures: int | None = 0
    message: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def a_test(name: str, **facts: Any) -> dict[str, Any]:
    return {"resource_type": "test", "name": name, "config": {}, **facts}


MODEL = "model.pqr_lakehouse.silver_tickets"


@pytest.mark.parametrize(
    ("node", "dataset", "check_name"),
    [
        (a_test("tickets_radicated", config={"meta": {"check_name": "radicated_after_creation"}},
                attached_node=MODEL), "silver.tickets", "radicated_after_creation"),
        (a_test("grain_is_unique_silver_tickets_", test_metadata={"name": "grain_is_unique"},
                attached_node=MODEL), "silver.tickets", "grain_is_unique"),
        (a_test("ticket_late_is_closed", test_metadata={"name": "holds"}, attached_node=MODEL),
         "silver.tickets", "ticket_late_is_closed"),
        (a_test("unique_silver_tickets_ticket_id", test_metadata={"name": "unique"},
                column_name="ticket_id", attached_node=MODEL),
         "silver.tickets", "unique_silver_tickets_ticket_id"),
        (a_test("assert_volume_equals_tickets",
                config={"meta": {"dataset": "gold.kpi_volume"}},
                depends_on={"nodes": [MODEL]}), "gold.kpi_volume", "assert_volume_equals_tickets"),
        (a_test("check_orphan_events", depends_on={"nodes": ["macro.x", MODEL]}),
         "silver.tickets", "check_orphan_events"),
        (a_test("accepted_values_dim_geo_region", test_metadata={"name": "accepted_values"},
                column_name="region", attached_node="seed.pqr_lakehouse.dim_geo"),
         "dim_geo", "accepted_values_dim_geo_region"),
    ],
)  # fmt: skip
def test_a_check_has_its_name_and_dataset(
    node: dict[str, Any], dataset: str, check_name: str
) -> None:
    (check,) = dbt_checks("silver", [Node(node)], BUILD)
    assert (check.dataset, check.check_name, check.build_id) == (dataset, check_name, BUILD)


def test_a_failing_test_of_severity_warn_is_a_warning() -> None:
    node = a_test("check_orphan_events", config={"severity": "WARN"}, attached_node=MODEL)
    (check,) = dbt_checks("silver", [Node(node, status="warn", failures=3)], BUILD)
    assert (check.result, check.severity, check.value) == ("WARN", "warning", 3)
