"""What a failed test of keys or days says of its rows."""

import duckdb
import pytest

from orchestration.transform.dbt import NodeResult
from orchestration.transform.failing_rows import first_rows
from orchestration.transform.reasons import reason_of

FOUND = """
    select 'missing' as problem, date '2025-09-02' as day, 'P' as pqrs_type, 'chat' as channel
    union all select 'missing', date '2025-09-01', 'Q', 'email'
    union all select 'not in the grid', date '2025-09-01', 'P', {value}
    union all select 'not in the grid', date '2025-09-03', 'P', {value}
"""


@pytest.mark.parametrize(
    ("value", "said"), [("'fax'", "fax"), ("''", '""'), ("null", "null"), ("e'a\\nb'", r"a\x0ab")]
)
def test_the_first_row_of_each_problem_is_named(value: str, said: str) -> None:
    with duckdb.connect() as engine:
        rows = first_rows(engine, FOUND.format(value=value))
    assert rows == (
        "missing: day 2025-09-01, pqrs_type Q, channel email",
        f"not in the grid: day 2025-09-01, pqrs_type P, channel {said}",
    )


def test_of_a_test_without_problems_one_row_is_named() -> None:
    with duckdb.connect() as engine:
        rows = first_rows(engine, "select range as day, 2 as rows_count from range(9)")
    assert rows == ("day 0, rows_count 2",)


def test_the_reason_has_the_rows() -> None:
    node = {
        "resource_type": "test", "name": "every_day_has_its_grid_gold_x_",
        "fqn": ["pqr_lakehouse", "gold", "x"], "attached_node": "model.pqr_lakehouse.gold_x",
        "depends_on": {"nodes": ["model.pqr_lakehouse.gold_x"]},
        "test_metadata": {"name": "every_day_has_its_grid", "kwargs": {}},
    }  # fmt: skip
    rows = ("not in the grid: day 2025-09-01, channel fax",)
    said = reason_of(NodeResult("test.x", "fail", 0.1, 1, None, node, rows=rows))
    assert said.startswith(
        "gold_x: 1 row breaks every_day_has_its_grid_gold_x_"
        " (not in the grid: day 2025-09-01, channel fax); to see them: `dbt build"
    )
