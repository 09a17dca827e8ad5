"""`mf query` on a built sandbox answers as the published KPIs do."""

import csv
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.run.lake import ROOT, Lake

# Two programs that take their time to start, and a build of the sandbox.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]

PROJECT = ("dbt_project", "macros", "seeds", "tests/dbt")
FILES = ("dbt_project.yml", "selectors.yml", "profiles.yml")


class Sandbox:
    """A copy of the dbt project, built as an analyst would: `mf` reads target/ beside it."""

    def __init__(self, lake: Lake, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **lake.environment,
            "USER": "mf",
            "PQR_DUCKDB_PATH": str(folder / "lake.duckdb"),
        }
        for name in PROJECT:
            shutil.copytree(ROOT / name, folder / name)
        for name in FILES:
            shutil.copy2(ROOT / name, folder / name)
        self.run(
            "dbt", "build", "--select", "tag:silver", "tag:gold", "--exclude", "test_type:data"
        )

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(Path(sys.executable).with_name(program)), *arguments],
            cwd=self._folder,
            env={**os.environ, **self._environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    def query(self, metrics: str, by: str) -> list[dict[str, str]]:
        out = self._folder / "answer.csv"
        self.run("mf", "query", "--metrics", metrics, "--group-by", by, "--csv", str(out))
        with out.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sandbox(published: Lake, tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    pytest.importorskip("dbt_metricflow")
    return Sandbox(published, tmp_path_factory.mktemp("project"))


def test_cases_created_a_day_their_sum_and_their_change(sandbox: Sandbox, published: Lake) -> None:
    metrics = "tickets_created,tickets_created_7d,tickets_created_change"
    answered = {
        row["metric_time__day"][:10]: row for row in sandbox.query(metrics, "metric_time__day")
    }
    expected = published.query(
        "select day::text, sum(tickets_count) from gold.kpi_volume_daily group by day order by day"
    )
    total, before = 0, None
    assert len(answered) == len(expected) == 3
    for day, count in expected:
        total += int(str(count))
        row = answered[str(day)]
        assert int(row["tickets_created"]) == count
        assert int(row["tickets_created_7d"]) == total
        assert row["tickets_created_change"] == ("" if before is None else str(count - before))
        before = int(str(count))


def test_the_term_and_what_is_open_at_the_end(sandbox: Sandbox, published: Lake) -> None:
    metrics = "within_sla_rate,closings,overdue_cases,backlog_cases"
    (row,) = sandbox.query(metrics, "metric_time__year")
    within, closed, overdue, backlog = published.query(
        """
        select
            (select sum(within_sla_count) from gold.kpi_sla_daily),
            (select sum(closings_count) from gold.kpi_sla_daily),
            (select sum(overdue_count) from gold.kpi_sla_daily where day = '2025-09-03'),
            (select sum(backlog_count) from gold.kpi_backlog_daily where day = '2025-09-03')
        """
    )[0]
    assert int(row["closings"]) == closed
    assert float(row["within_sla_rate"]) == pytest.approx(int(str(within)) / int(str(closed)))
    assert int(row["overdue_cases"]) == overdue
    assert int(row["backlog_cases"]) == backlog


def test_hours_by_type_on_one_day_are_those_of_gold(sandbox: Sandbox, published: Lake) -> None:
    metrics = "first_responses,hours_to_first_response,median_hours_to_first_response"
    by = "metric_time__day,ticket__pqrs_type"
    answered = {
        (row["metric_time__day"][:10], row["ticket__pqrs_type"]): row
        for row in sandbox.query(metrics, by)
    }
    expected = published.query(
        "select day::text, pqrs_type, responses_count, avg_hours_to_first_response,"
        " median_hours_to_first_response"
        " from gold.kpi_first_response_daily where responses_count > 0"
    )
    assert len(answered) == len(expected) > 0
    half_a_cent = Decimal("0.005001")
    for day, kind, count, mean, median in expected:
        row = answered[(str(day), str(kind))]
        assert int(row["first_responses"]) == count
        assert abs(Decimal(row["hours_to_first_response"]) - Decimal(str(mean))) <= half_a_cent
        assert (
            abs(Decimal(row["median_hours_to_first_response"]) - Decimal(str(median)))
            <= half_a_cent
        )
