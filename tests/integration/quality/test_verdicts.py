"""Which verdicts in meta.data_quality are taken over, which count, and what people see of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from orchestration.lake.committed import UnknownRunError
from orchestration.meta.control import RunFacts, claim_run, unlock_world
from orchestration.meta.records import Check, CheckResult, Severity, record_checks
from orchestration.quality.report.page import html_page
from orchestration.quality.report.read import read_quality
from orchestration.quality.verdicts import TOOL, judged_by, recorded_verdicts, run_status
from orchestration.run import Claim, Run, World
from orchestration.settings.endpoints import PostgresSettings

FIRST, SECOND = date(2025, 9, 1), date(2025, 9, 2)
WORLD = World.ingested("verdicts", FIRST)
RUN, LATER = Run.of(WORLD, FIRST, FIRST), Run.of(WORLD, SECOND, SECOND)
# The second half of a build names its code, the first half also what it was made from.
OLD, NEW, OTHER_CODE = "a" * 64, "b" * 32 + "a" * 32, "c" * 64


@pytest.fixture
def connection(database: PostgresSettings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as opened:
        yield opened


def claimed(connection: psycopg.Connection, run: Run = RUN) -> Claim:
    claim = claim_run(connection, run, RunFacts())
    unlock_world(connection, run.world)
    return claim


def commit(connection: psycopg.Connection, build_id: str, layer: str = "silver") -> None:
    connection.execute(
        "insert into meta.manifest_index (run_id, world_id, layer, build_id, s3_manifest_path,"
        " manifest_sha256, attempt, rows) values (%s, %s, %s, %s, %s, %s, 1, 1)",
        [RUN.run_id, WORLD.world_id, layer, build_id, f"{layer}/{build_id}", build_id],
    )


def count_again(connection: psycopg.Connection, build_id: str) -> None:
    connection.execute(
        "update meta.manifest_index set effective_seq = nextval('meta.manifest_effective_seq')"
        " where build_id = %s",
        [build_id],
    )


def check(
    result: CheckResult,
    severity: Severity = "critical",
    build_id: str | None = OLD,
    tool: str = TOOL,
    name: str = "bronze_rows_left_out",
) -> Check:
    return Check(
        dataset="silver.tickets",
        check_name=name,
        result=result,
        layer="silver",
        severity=severity,
        tool=tool,
        value=0 if result == "PASS" else 3,
        threshold=0,
        details={"sample": ["line 3"]},
        build_id=build_id,
        judged_by=judged_by(),
    )


def results(connection: psycopg.Connection, build_id: str = OLD) -> list[str]:
    return [item.result for item in recorded_verdicts(connection, RUN, "silver", build_id)]


def test_a_verdict_is_taken_over_for_its_build_alone(connection: psycopg.Connection) -> None:
    claim = claimed(connection)
    assert results(connection) == []
    record_checks(connection, claim, [check("FAIL")])
    assert results(connection) == ["FAIL"]
    assert results(connection, NEW) == []


def test_another_policy_or_code_asks_for_a_new_verdict(connection: psycopg.Connection) -> None:
    record_checks(connection, claimed(connection), [check("PASS")])
    other = replace(check("WARN", "warning"), judged_by="0" * 64)
    record_checks(connection, claimed(connection), [other])
    assert results(connection) == []


def test_a_check_that_could_not_be_made_is_no_verdict(connection: psycopg.Connection) -> None:
    claim = claimed(connection)
    record_checks(connection, claim, [check("PASS"), check("ERROR", name="volume_drift_pct")])
    assert results(connection) == []


def test_what_other_tools_say_is_not_taken_over(connection: psycopg.Connection) -> None:
    record_checks(connection, claimed(connection), [check("PASS", tool="dbt")])
    assert results(connection) == []


def test_a_warning_degrades_until_a_later_attempt_passes(connection: psycopg.Connection) -> None:
    record_checks(connection, claimed(connection), [check("WARN", "warning")])
    commit(connection, OLD)
    assert run_status(connection, RUN) == "DEGRADED"
    record_checks(connection, claimed(connection), [check("PASS", "warning")])
    assert run_status(connection, RUN) == "PUBLISHED"


def test_a_change_taken_back_heals_the_run(connection: psycopg.Connection) -> None:
    record_checks(connection, claimed(connection), [check("PASS"), check("PASS", tool="dbt")])
    commit(connection, OLD)
    changed = [check("WARN", "warning", NEW), check("WARN", "warning", NEW, tool="dbt")]
    record_checks(connection, claimed(connection), changed)
    commit(connection, NEW)
    assert run_status(connection, RUN) == "DEGRADED"
    claimed(connection)
    count_again(connection, OLD)
    assert run_status(connection, RUN) == "PUBLISHED"
    count_again(connection, NEW)
    assert run_status(connection, RUN) == "DEGRADED"


def test_a_refused_build_does_not_degrade_what_is_committed(
    connection: psycopg.Connection,
) -> None:
    record_checks(connection, claimed(connection), [check("PASS")])
    commit(connection, OLD)
    record_checks(connection, claimed(connection), [check("FAIL", build_id=NEW)])
    assert run_status(connection, RUN) == "PUBLISHED"


def test_unit_tests_count_for_every_build_of_their_code(connection: psycopg.Connection) -> None:
    tests = [check("PASS", build_id=OLD, tool="dbt unit test")]
    record_checks(connection, claimed(connection), tests)
    failing = [check("FAIL", build_id=OTHER_CODE, tool="dbt unit test")]
    record_checks(connection, claimed(connection), failing)
    commit(connection, NEW)
    assert run_status(connection, RUN) == "PUBLISHED"
    shown = connection.execute(
        "select build_id from meta.current_checks where is_of_current_build"
    ).fetchall()
    assert shown == [(OLD,)]


def test_a_check_of_the_run_itself_counts_without_a_build(connection: psycopg.Connection) -> None:
    gap = check("WARN", "warning", None, tool="pqr", name="earlier_days_are_there")
    record_checks(connection, claimed(connection), [check("PASS"), gap])
    commit(connection, OLD)
    assert run_status(connection, RUN) == "DEGRADED"


def test_a_step_tried_again_in_one_attempt_counts_once(connection: psycopg.Connection) -> None:
    claim = claimed(connection)
    record_checks(connection, claim, [check("ERROR", tool="dbt")])
    record_checks(connection, claim, [check("PASS", tool="dbt")])
    commit(connection, OLD)
    assert run_status(connection, RUN) == "PUBLISHED"


def test_a_failed_run_shows_why(connection: psycopg.Connection) -> None:
    record_checks(connection, claimed(connection), [check("PASS")])
    commit(connection, OLD)
    record_checks(connection, claimed(connection), [check("FAIL", build_id=NEW)])
    assert [row.result for row in read_quality(connection, RUN.run_id).rows] == ["PASS"]
    connection.execute("update meta.etl_runs set status = 'FAILED', error = 'silver: check'")
    found = read_quality(connection, RUN.run_id)
    assert [row.result for row in found.rows] == ["FAIL"]
    page = html_page(found)
    assert "bronze_rows_left_out" in page
    assert "line 3" in page
    for outside in ("http://", "https://", "<script", "@import", "url("):
        assert outside not in page


def test_trends_are_there_for_the_reader(
    connection: psycopg.Connection, database: PostgresSettings
) -> None:
    record_checks(connection, claimed(connection), [check("FAIL")])
    record_checks(connection, claimed(connection), [check("PASS")])
    with psycopg.connect(database.reader_dsn, autocommit=True) as reader:
        history = reader.execute(
            "select result, value::int, previous_value::int from meta.quality_history"
            " order by checked_at"
        ).fetchall()
        assert history == [("FAIL", 3, None), ("PASS", 0, 3)]
        worst = reader.execute(
            "select check_name, failed_count, last_result from meta.quality_worst_checks"
        ).fetchall()
        assert worst == [("bronze_rows_left_out", 1, "PASS")]
        layers = reader.execute(
            "select layer, checks_count, passed_pct::int from meta.quality_by_layer"
        ).fetchall()
        assert layers == [("silver", 1, 100)]
        assert reader.execute("select result from meta.current_checks").fetchall() == [("PASS",)]


def test_a_run_that_does_not_exist_is_named(connection: psycopg.Connection) -> None:
    with pytest.raises(UnknownRunError, match=str(LATER.run_id)):
        read_quality(connection, LATER.run_id)
    with pytest.raises(UnknownRunError, match="no run has been checked"):
        read_quality(connection, None)
