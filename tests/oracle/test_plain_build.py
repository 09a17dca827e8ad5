"""Plain `dbt build`: every unit test passes, and no query compares all rows with all others."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from lake_world import LakeWorld
from plain_dbt import dbt_build
from small_worlds import lines_of, random_cases

from orchestration.settings import Settings

pytestmark = pytest.mark.slow

FIRST = date(2025, 12, 28)
LAST = FIRST + timedelta(days=2)
# A join may look at every pair where one side has few rows, or to make a row of each pair.
PAIRS_FOR_A_ROW = 20
# What reads the bucket needs more than the sandbox's file.
BUCKET = r'"(bronze|enrichment)"\."(?!world")|s3:'


def test_a_plain_build_passes_every_unit_test_and_has_no_query_of_all_pairs(
    lake: Settings, tmp_path: Path
) -> None:
    lines = lines_of(random_cases(400, FIRST, 3, 5), FIRST, LAST)
    LakeWorld(lake, tmp_path, FIRST).run(FIRST, LAST, lines, layers=())
    database = tmp_path / "sandbox.duckdb"
    done = dbt_build(lake, database, ["tag:silver", "tag:gold"])
    assert done.returncode == 0, done.stdout
    models = lake.project_root / "dbt_project" / "models"
    assert unit_tests(models) - set(re.findall(r"PASS (?:\w+::)?(\w+)", done.stdout)) == set()

    compiled = lake.home / "dbt" / "sandbox" / "compiled" / "pqr_lakehouse" / "dbt_project"
    queries = {
        path.stem: path.read_text(encoding="utf-8")
        for layer in ("silver", "gold")
        for path in sorted((compiled / "models" / layer).glob("*.sql"))
    }
    within = {name: text for name, text in queries.items() if not re.search(BUCKET, text)}
    assert len(within) > 35
    with duckdb.connect(str(database), read_only=True) as built:
        built.execute("set TimeZone = 'UTC'")
        wasteful = {name: list(wasteful_joins(built, text)) for name, text in within.items()}
    assert {name: joins for name, joins in wasteful.items() if joins} == {}


def unit_tests(models: Path) -> set[str]:
    """The names of all unit tests that the project declares."""
    declared = [
        test["name"]
        for path in models.rglob("*.yml")
        for test in yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", [])
    ]
    assert len(declared) > 50
    return set(declared)


def wasteful_joins(built: duckdb.DuckDBPyConnection, query: str) -> Iterator[str]:
    """The joins of a query that look at far more pairs than they read and give rows."""
    (plan,) = built.execute(f"explain (analyze, format json) {query}").fetchall()
    for node in nodes(json.loads(plan[1])):
        inputs = [child["operator_cardinality"] for child in node["children"]]
        if node.get("operator_type") in ("BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN"):
            pairs = inputs[0] * inputs[1]
            if pairs > PAIRS_FOR_A_ROW * (sum(inputs) + node["operator_cardinality"]):
                yield f"{pairs} pairs: {node['extra_info']}"


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a plan and all below it."""
    yield node
    for child in node["children"]:
        yield from nodes(child)


def test_a_condition_on_one_side_is_found() -> None:
    with duckdb.connect() as database:
        database.execute("create table a as select i, i % 2 = 0 as is_even from range(1000) t(i)")
        by_key = "select * from a left join a as b on a.i = b.i"
        assert list(wasteful_joins(database, by_key)) == []
        (found,) = wasteful_joins(database, f"{by_key} and a.is_even")
        assert "1000000 pairs" in found
