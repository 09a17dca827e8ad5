"""A run with nothing to do is answered at once, and never when there may be something to do.

A Prefect server that is named and does not answer tells the two apart: the real run ends with exit
code 3 before it begins, an answered one never asks for it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from orchestration.services.bucket import client
from tests.integration.run.lake import Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]

DEAD = {"PREFECT_API_URL": "http://127.0.0.1:9/api"}
RUN = ("run", "--days", "3", "--json")
ANSWERED, REAL = 0, 3


def outcome(lake: Lake, *arguments: str, **variables: str) -> int:
    done = lake.pqr(*(arguments or RUN), **{**DEAD, **variables})
    # At most the run that begins, and why it ends.
    assert done.stderr.count("\n") <= 2, done.stderr
    return done.returncode


@contextmanager
def changed(lake: Lake, *statements: str) -> Iterator[None]:
    """The control plane with a change, which is taken back."""
    with psycopg.connect(lake.settings.postgres.admin_dsn, autocommit=True) as connection:
        connection.execute("create schema kept")
        tables = ("etl_runs", "manifest_index", "data_quality", "batches", "current_publication")
        for table in tables:
            connection.execute(f"create table kept.{table} as table meta.{table}")
        try:
            for statement in statements:
                connection.execute("set session_replication_role = replica")
                connection.execute(statement)
            yield
        finally:
            for table in tables:
                connection.execute(f"delete from meta.{table}")
                connection.execute(
                    f"insert into meta.{table} overriding system value select * from kept.{table}"
                )
            connection.execute("drop schema kept cascade")


def test_it_says_what_the_run_said_and_starts_nothing(published: Lake) -> None:
    attempts = published.query("select run_id, attempt, updated_at from meta.etl_runs")
    done = published.pqr(*RUN, **DEAD)
    assert (done.returncode, done.stderr) == (ANSWERED, "")
    report = json.loads(done.stdout)
    assert report["changed"] is False
    assert [step["step"] for step in report["steps"]] == [
        "raw", "bronze", "enrichment", "silver", "gold", "serving",
    ]  # fmt: skip
    assert all(step["skipped"] for step in report["steps"])
    (tickets,) = published.query("select sum(tickets_count) from gold.kpi_volume_daily")[0]
    assert report["kpis"][0]["value"] == f"{tickets:,}"
    assert published.query("select run_id, attempt, updated_at from meta.etl_runs") == attempts
    shown = published.pqr("run", "--days", "3", **DEAD)
    assert "Nothing changed" in shown.stdout
    assert "within SLA" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("run", "--days", "2"), {}),
        (("run", "--days", "3", "--seed", "7"), {}),
        (("run", "--days", "3", "--scenario", "spike"), {}),
        (("run", "--days", "3", "--allow-gap"), {}),
        (RUN, {"PQR_BUCKET": "another-bucket"}),
        (RUN, {"PQR_TODAY": "2025-09-30"}),
        (RUN, {"OPENLINEAGE_URL": "http://127.0.0.1:9"}),
    ],
)
def test_another_request_is_a_real_run(
    published: Lake, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    assert outcome(published, *arguments, **variables) == REAL
    assert outcome(published) == ANSWERED


@pytest.mark.parametrize(
    "statement",
    [
        "update meta.etl_runs set status = 'FAILED'",
        "update meta.etl_runs set status = 'RUNNING', attempt = attempt + 1",
        "delete from meta.manifest_index where layer = 'gold'",
        "update meta.manifest_index set manifest_sha256 = repeat('0', 64) where manifest_seq ="
        " (select max(manifest_seq) from meta.manifest_index where layer = 'silver')",
        "update meta.data_quality set result = 'FAIL' where data_quality_id ="
        " (select max(data_quality_id) from meta.data_quality)",
        "update meta.data_quality set judged_by = repeat('0', 64)",
        "update meta.batches set landed_at = null where batch_id ="
        " (select max(batch_id) from meta.batches)",
        "delete from meta.current_publication",
    ],
)
def test_a_changed_record_is_a_real_run(published: Lake, statement: str) -> None:
    with changed(published, statement):
        assert outcome(published) == REAL
    assert outcome(published) == ANSWERED


def test_a_view_that_is_gone_is_a_real_run(published: Lake) -> None:
    with psycopg.connect(published.settings.postgres.admin_dsn, autocommit=True) as connection:
        connection.execute("alter view gold.kpi_volume_daily rename to put_aside")
        try:
            assert outcome(published) == REAL
        finally:
            connection.execute("alter view gold.put_aside rename to kpi_volume_daily")
    assert outcome(published) == ANSWERED


@pytest.mark.parametrize("prefix", ["raw/", "bronze/", "silver/", "gold/", "manifests/"])
@pytest.mark.parametrize("fault", ["missing", "shorter"])
def test_a_missing_or_shorter_object_is_a_real_run(
    published: Lake, prefix: str, fault: str
) -> None:
    s3, bucket = client(published.settings.s3), published.settings.s3.bucket
    named = [key for key in published.objects() if key.startswith(prefix)]
    key = next(key for key in sorted(named) if not key.endswith("checksums.json"))
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        if fault == "missing":
            s3.delete_object(Bucket=bucket, Key=key)
        else:
            s3.put_object(Bucket=bucket, Key=key, Body=body[:-1])
        assert outcome(published) == REAL
    finally:
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    assert outcome(published) == ANSWERED
