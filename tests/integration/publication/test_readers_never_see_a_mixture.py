"""Readers during publications, some of them killed: always one version, whole."""

import multiprocessing
import os
import random
import subprocess
import sys
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import psycopg
import pytest
from fabricated import ROWS, publish_version

from orchestration.settings import PROJECT_ROOT, Settings

# dbt in this process leaves its log file to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

KILL_POINTS = (
    "publish.after_claim",
    "publish.after_prepare",
    "land.after_model#1",
    "land.after_model#2",
    "land.after_model#3",
    "publish.after_verify",
    "publish.before_flip",
    "publish.after_flip",
    "publish.before_commit",
    "publish.after_commit",
    "collect.between",
    "collect.after_commit",
)
POINTER = "select git_sha::integer from meta.runs where is_live"
TABLES = (
    ("select count(*), min(tickets_count), max(tickets_count) from gold.kpi_volume_daily", 8),
    ("select count(*), min(closings_count), max(closings_count) from gold.kpi_sla_daily", 4),
    ("select count(*), min(backlog_count), max(backlog_count) from gold.kpi_backlog_daily", 12),
)


def read_until(
    dsn: str, stop: "Synchronized[int]", done: "Synchronized[int]", mixed: "Synchronized[int]"
) -> None:
    """Read pointer and three tables in one snapshot, over and over."""
    with psycopg.connect(dsn) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        while not stop.value:
            with connection.transaction():
                row = connection.execute(POINTER).fetchone()
                version = row[0] if row else None
                seen = [connection.execute(query).fetchone() for query, _ in TABLES]
            wanted = [(rows, version, version) for _, rows in TABLES]
            with done.get_lock():
                done.value += 1
            if seen != wanted:
                with mixed.get_lock():
                    mixed.value += 1
                print("mixed:", version, seen, flush=True)


def publish_in_a_process(settings: Settings, version: int, kill_at: str | None) -> int:
    """Publish in a process of its own, killed at a step if there is one; its exit code."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    if kill_at:
        environment |= {"PQR_TESTING": "1", "PQR_KILL_AT": kill_at}
    program = Path(__file__).with_name("fabricated.py")
    return subprocess.run(
        [sys.executable, str(program), settings.postgres.dsn, str(version)],
        env=environment,
        check=False,
    ).returncode


def hammer(
    settings: Settings, publications: int, transactions: int, readers: int
) -> dict[str, int]:
    """Publish again and again, some tries killed, while readers read; gives what was counted."""
    with psycopg.connect(settings.postgres.dsn, autocommit=True) as connection:
        publish_version(connection, 1)
    context = multiprocessing.get_context("spawn")
    stop, done, mixed = (context.Value("i", 0) for _ in range(3))
    processes = [
        context.Process(target=read_until, args=(settings.postgres.reader_dsn, stop, done, mixed))
        for _ in range(readers)
    ]
    for process in processes:
        process.start()
    choice = random.Random(42)  # the same kills every time
    kills = 0
    try:
        for version in range(2, publications + 2):
            for _ in range(choice.choice((0, 1, 1, 2))):
                kills += publish_in_a_process(settings, version, choice.choice(KILL_POINTS)) == -9
            assert publish_in_a_process(settings, version, None) == 0
        deadline = time.monotonic() + 3600
        while done.value < transactions and time.monotonic() < deadline:
            version += 1
            assert publish_in_a_process(settings, version, None) == 0
    finally:
        stop.value = 1
        for process in processes:
            process.join(60)
    assert all(process.exitcode == 0 for process in processes)
    return {
        "transactions": done.value,
        "mixed": mixed.value,
        "kills": kills,
        **lost_or_doubled(settings),
    }


def lost_or_doubled(settings: Settings) -> dict[str, int]:
    """Batches whose rows are not those of their object, and rows of no batch that counts."""
    with psycopg.connect(settings.postgres.dsn) as connection:
        wrong = 0
        for dataset, (_, rows) in ROWS.items():
            wrong += connection.execute(
                f"""
                select count(*) from (
                    select batch_id, count(*) as found from serving.{dataset}_daily group by 1
                ) as landed
                full join (select * from meta.batches where dataset = %s) as known using (batch_id)
                where found is distinct from %s
                """,
                [dataset, rows],
            ).fetchone()[0]
        kept = connection.execute("select count(*) from meta.publications").fetchone()[0]
    return {"wrong_batches": wrong, "kept_publications": kept}


def check(found: dict[str, int], publications: int, transactions: int) -> None:
    print(found)
    assert found["transactions"] >= transactions
    assert found["mixed"] == 0
    assert found["wrong_batches"] == 0
    assert found["kept_publications"] == 2
    assert found["kills"] >= publications // 3


@pytest.mark.timeout(600)
def test_readers_see_old_or_new_while_publications_are_killed(lake_of_versions: Settings) -> None:
    check(hammer(lake_of_versions, 6, 500, 2), 6, 500)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_hundred_thousand_readings_during_fifty_publications(
    lake_of_versions: Settings,
) -> None:
    check(hammer(lake_of_versions, 50, 100_000, 3), 50, 100_000)


@pytest.mark.parametrize("step", KILL_POINTS)
def test_a_killed_publication_is_completed_by_the_next_try(
    lake_of_versions: Settings, step: str
) -> None:
    with psycopg.connect(lake_of_versions.postgres.dsn, autocommit=True) as connection:
        publish_version(connection, 1)
    assert publish_in_a_process(lake_of_versions, 2, step) == -9
    with psycopg.connect(lake_of_versions.postgres.reader_dsn) as connection:
        (version,) = connection.execute(POINTER).fetchone()
        late = step.startswith("collect") or step == "publish.after_commit"
        assert version == (2 if late else 1)
        for query, rows in TABLES:
            assert connection.execute(query).fetchone() == (rows, version, version)
    assert publish_in_a_process(lake_of_versions, 2, None) == 0
    with psycopg.connect(lake_of_versions.postgres.reader_dsn) as connection:
        for query, rows in TABLES:
            assert connection.execute(query).fetchone() == (rows, 2, 2)
    assert lost_or_doubled(lake_of_versions)["wrong_batches"] == 0
