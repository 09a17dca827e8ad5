"""A world is held across lost connections, and never by two."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from orchestration.flows.session import Session, WorldHold
from orchestration.meta.control import (
    RunFacts,
    StaleClaim,
    WorldLocked,
    assert_fencing,
    claim_run,
    count_attempt,
    finish_run,
    unlock_world,
)
from orchestration.run import Run, World
from orchestration.settings import Settings

DAY = date(2025, 9, 1)
RUN = Run.of(World.ingested("held", DAY), DAY, DAY)
OTHER_RUN = Run.of(RUN.world, date(2025, 9, 2), date(2025, 9, 2))


@pytest.fixture
def hold(lake: Settings) -> Iterator[WorldHold]:
    with Session(lake).holding(RUN.world, RunFacts()) as own:
        yield own


@pytest.fixture
def connection(lake: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(lake.postgres.dsn, autocommit=True) as own:
        yield own


def lose_connections(lake: Settings) -> None:
    """What a restart of PostgreSQL does to those who hold a world."""
    with psycopg.connect(lake.postgres.admin_dsn, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where application_name = 'pqr lock' and datname = current_database()"
        )


def test_a_lost_lock_is_taken_again_under_the_same_number(
    lake: Settings, hold: WorldHold, connection: psycopg.Connection
) -> None:
    claim = count_attempt(connection, RUN, RunFacts(), hold.holder)
    lose_connections(lake)
    hold.ensure()
    assert_fencing(connection, claim)
    with pytest.raises(WorldLocked):
        WorldHold(lake, RUN.world, RunFacts())
    hold.close()
    WorldHold(lake, RUN.world, RunFacts()).close()


def test_who_lost_the_world_to_another_process_commits_nothing_more(
    lake: Settings, hold: WorldHold, connection: psycopg.Connection
) -> None:
    claim = count_attempt(connection, RUN, RunFacts(), hold.holder)
    lose_connections(lake)
    # Another day of the world: its own row says nothing of the attempt that lost the lock.
    other = claim_run(connection, OTHER_RUN, RunFacts())
    with pytest.raises(StaleClaim):
        finish_run(connection, claim, "PUBLISHED")
    with pytest.raises(StaleClaim, match="taken the world over"):
        hold.ensure()
    finish_run(connection, other, "PUBLISHED")
    unlock_world(connection, OTHER_RUN.world)
    # Also when the other one has ended: what it committed was not seen here.
    with pytest.raises(StaleClaim, match="taken the world over"):
        hold.ensure()
