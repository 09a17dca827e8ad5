"""What a run is compared with, from what the control plane knows of its world."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from orchestration.meta.control import RunFacts, claim_run, unlock_world
from orchestration.quality.comparison import read_comparison
from orchestration.run import Run, World
from orchestration.settings.endpoints import PostgresSettings

DAYS = [date(2025, 9, number) for number in range(1, 5)]
WORLD = World.ingested("gaps", DAYS[0])


@pytest.fixture
def connection(database: PostgresSettings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.dsn, autocommit=True) as opened:
        yield opened


def commit_bronze(connection: psycopg.Connection, day: date) -> Run:
    run = Run.of(WORLD, day, day)
    claim_run(connection, run, RunFacts())
    unlock_world(connection, WORLD)
    connection.execute(
        "insert into meta.manifest_index (run_id, world_id, layer, build_id, s3_manifest_path,"
        " manifest_sha256, attempt, rows) values (%s, %s, 'bronze', %s, %s, %s, 1, 1)",
        [run.run_id, WORLD.world_id, "c" * 64, f"bronze/{day}", f"{day:%d}" * 32],
    )
    return run


def test_a_missing_day_is_a_gap_for_every_run_of_the_world(
    connection: psycopg.Connection,
) -> None:
    """Silver is built from the whole world: a run of its first day too lacks the missing cases."""
    first = commit_bronze(connection, DAYS[0])
    assert not read_comparison(connection, first).has_gap
    third = commit_bronze(connection, DAYS[2])
    assert read_comparison(connection, third).has_gap
    assert read_comparison(connection, first).has_gap
    second = Run.of(WORLD, DAYS[1], DAYS[1])
    # It fills the gap itself, and its bronze is checked before it is committed.
    assert not read_comparison(connection, second).has_gap
    commit_bronze(connection, DAYS[1])
    assert not any(read_comparison(connection, run).has_gap for run in (first, second, third))
