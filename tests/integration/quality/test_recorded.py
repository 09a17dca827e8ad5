"""What meta.data_quality remembers decides: for the next attempt, for other runs, for BI."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from orchestration.meta.control import RunFacts, claim_run, unlock_world
from orchestration.meta.records import Check, CheckResult, Severity, record_checks
from orchestration.quality.gate import QualityFailed, run_status
from orchestration.quality.policy import load_policy
from orchestration.quality.recorded import recorded_checks, require_world_passes
from orchestration.quality.report.page import html_page
from orchestration.quality.report.read import UnknownRunError, read_quality
from orchestration.run import Claim, Run, World
from orchestration.settings import PostgresSettings

FIRST, SECOND = date(2025, 9, 1), date(2025, 9, 2)
WORLD = World.ingested("recorded", FIRST)
EARLIER, LATER = Run.of(WORLD, FIRST, FIRST), Run.of(WORLD, SECOND, SECOND)
BUILD = "b" * 64


@pytest.fixture
def connection(database: PostgresSettings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as opened:
        yield opened


def claimed(connection: psycopg.Connection, run: Run) -> Claim:
    claim = claim_run(connection, run, RunFacts())
    unlock_world(connection, run.world)
    return claim


def commit_bronze(connection: psycopg.Connection, run: Run) -> None:
    connection.execute(
        "insert into meta.manifest_index (run_id, world_id, layer, build_id, s3_manifest_path,"
        " manifest_sha256, attempt, rows) values (%s, %s, 'bronze', %s, %s, %s, 1, 1)",
        [run.run_id, WORLD.world_id, BUILD, f"manifests/{run.run_id}", run.run_id.hex * 2],
    )


def check(result: CheckResult, severity: Severity = "critical", value: float = 3) -> Check:
    return Check(
        dataset="bronze.pqrs_events",
        check_name="ts_lies_in_its_day",
        result=result,
        layer="bronze",
        severity=severity,
        tool="great_expectations",
        value=value,
        threshold=0,
        details={"build_id": BUILD, "policy": load_policy().sha256, "sample": ["line 3"]},
    )


def test_a_build_is_judged_once_under_a_policy(connection: psycopg.Connection) -> None:
    claim = claimed(connection, EARLIER)
    assert recorded_checks(connection, EARLIER, "bronze", BUILD) == ()
    record_checks(connection, claim, [check("FAIL")])
    found = recorded_checks(connection, EARLIER, "bronze", BUILD)
    assert [(item.result, item.severity) for item in found] == [("FAIL", "critical")]
    assert recorded_checks(connection, EARLIER, "bronze", "c" * 64) == ()


def test_no_run_builds_on_bronze_that_its_gate_refused(connection: psycopg.Connection) -> None:
    claim = claimed(connection, EARLIER)
    commit_bronze(connection, EARLIER)
    record_checks(connection, claim, [check("FAIL")])
    with pytest.raises(QualityFailed, match=str(EARLIER.run_id)):
        require_world_passes(connection, LATER)
    require_world_passes(connection, EARLIER)  # its own gate speaks for itself
    record_checks(connection, claimed(connection, EARLIER), [check("PASS", value=0)])
    require_world_passes(connection, LATER)


def test_a_warning_degrades_until_a_later_attempt_passes(connection: psycopg.Connection) -> None:
    record_checks(connection, claimed(connection, EARLIER), [check("WARN", "warning")])
    assert run_status(connection, EARLIER) == "DEGRADED"
    record_checks(connection, claimed(connection, EARLIER), [check("PASS", "warning", 0)])
    assert run_status(connection, EARLIER) == "PUBLISHED"


def test_trends_are_there_for_the_reader(
    connection: psycopg.Connection, database: PostgresSettings
) -> None:
    record_checks(connection, claimed(connection, EARLIER), [check("FAIL")])
    record_checks(connection, claimed(connection, EARLIER), [check("PASS", value=0)])
    with psycopg.connect(database.reader_dsn, autocommit=True) as reader:
        history = reader.execute(
            "select result, value::int, previous_value::int from meta.quality_history"
            " order by checked_at"
        ).fetchall()
        assert history == [("FAIL", 3, None), ("PASS", 0, 3)]
        worst = reader.execute(
            "select check_name, failed_count, last_result from meta.quality_worst_checks"
        ).fetchall()
        assert worst == [("ts_lies_in_its_day", 1, "PASS")]
        layers = reader.execute(
            "select layer, checks_count, passed_pct::int from meta.quality_by_layer"
        ).fetchall()
        assert layers == [("bronze", 1, 100)]


def test_the_page_shows_what_failed_with_its_sample(connection: psycopg.Connection) -> None:
    record_checks(connection, claimed(connection, EARLIER), [check("FAIL")])
    found = read_quality(connection, EARLIER.run_id)
    page = html_page(found)
    assert "ts_lies_in_its_day" in page
    assert "line 3" in page
    for outside in ("http://", "https://", "<script", "@import", "url("):
        assert outside not in page


def test_a_run_that_does_not_exist_is_named(connection: psycopg.Connection) -> None:
    with pytest.raises(UnknownRunError, match=str(LATER.run_id)):
        read_quality(connection, LATER.run_id)
    with pytest.raises(UnknownRunError, match="no run was checked"):
        read_quality(connection, None)
