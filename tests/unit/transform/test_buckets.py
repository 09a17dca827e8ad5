"""What buckets of silver report and write becomes one report and one file."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from orchestration.errors import UsageError
from orchestration.settings import load_settings
from orchestration.settings.dask import number_of_buckets
from orchestration.transform.bucket_results import in_all_buckets, leads_of, merge
from orchestration.transform.dbt import DbtResult, NodeResult

CASES = [UUID(int=number) for number in range(8)]


def test_linked_cases_have_the_first_of_all_of_them_as_their_lead() -> None:
    one, two, three, four, five, six, *_ = CASES
    leads = leads_of([(two, three), (five, six), (three, four), (one, four)])
    assert leads == {one: one, two: one, three: one, four: one, five: five, six: five}


def node(name: str, status: str, failures: int | None = None, message: str = "") -> NodeResult:
    return NodeResult(name, status, 1.0, failures, message, {"name": name})


def test_a_node_has_the_worst_of_its_statuses_and_all_its_failures() -> None:
    one = DbtResult(True, (node("model", "success"), node("test", "warn", 2, "Got 2")))
    other = DbtResult(False, (node("model", "success"), node("test", "fail", 3, "Got 3")))
    whole = in_all_buckets([one, other, one])
    assert not whole.succeeded
    test = replace(node("test", "fail", 7, "Got 3"), seconds=3.0)
    assert whole.nodes == (replace(node("model", "success"), seconds=3.0), test)
    assert whole.failed() == (test,)


def test_parts_are_merged_in_the_order_of_the_key(tmp_path: Path) -> None:
    files = {}
    for number, ids in enumerate([(1, 4, 6), (2, 3), ()]):
        path = tmp_path / f"{number}.parquet"
        rows = f"select unnest({list(ids)}::int[]) as id, uuid() as ticket_id"
        duckdb.execute(f"copy ({rows}) to '{path}' (format parquet)")
        files.setdefault(("tickets", "month=2025-09"), []).append(path)
    merge(files, tmp_path / "staging", {"tickets": "id"})
    (whole,) = (tmp_path / "staging").rglob("*.parquet")
    assert whole.relative_to(tmp_path / "staging").parts[:2] == ("tickets", "month=2025-09")
    found = duckdb.execute(f"select id, typeof(ticket_id) from '{whole}'").fetchall()
    assert found == [(number, "UUID") for number in (1, 2, 3, 4, 6)]


@pytest.mark.parametrize(
    ("workers", "expected"), [("1", [1, 1, 2, 3, 256]), ("2", [1, 1, 2, 4, 256])]
)
def test_the_number_of_buckets_follows_from_the_lines_or_is_asked(
    workers: str, expected: list[int]
) -> None:
    own = load_settings({"PQR_DASK_WORKERS": workers}).dask
    lines = (0, 5_000_000, 5_000_001, 10_000_001, 10**10)
    assert [number_of_buckets(own, count) for count in lines] == expected
    assert number_of_buckets(load_settings({"PQR_SILVER_BUCKETS": "16"}).dask, 3) == 16


@pytest.mark.parametrize("value", ["0", "257", "-1", "four", "1.5"])
def test_a_number_that_cannot_be_is_named(value: str) -> None:
    with pytest.raises(UsageError, match=f"PQR_SILVER_BUCKETS={value} is not a whole number"):
        load_settings({"PQR_SILVER_BUCKETS": value})
