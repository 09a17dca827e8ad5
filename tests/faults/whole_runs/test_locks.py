"""Runs that publish while somebody reads, or holds what they have to write."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.faults.whole_runs.conftest import Command, Recovers
from tests.integration.run.lake import Lake

pytestmark = [pytest.mark.timeout(1200), pytest.mark.slow]

VIEWS = "select sum(tickets_count) from gold.kpi_volume_daily"


def next_day(command: Command) -> Command:
    """The same world's second day."""
    config = command[command.index("--config") :]
    return ("run", "--start", "2025-09-02", "--days", "1", *config)


def test_a_reader_that_does_not_end_keeps_its_publication_and_delays_nobody(
    lake: Lake, command: Command
) -> None:
    assert lake.pqr(*command).returncode == 0
    with psycopg.connect(lake.settings.postgres.dsn) as reader:
        reader.execute("set transaction isolation level repeatable read")
        before = reader.execute(VIEWS).fetchall()
        published = lake.pqr(*next_day(command))
        assert published.returncode == 0, published.stdout + published.stderr
        assert reader.execute(VIEWS).fetchall() == before
    assert lake.query(VIEWS) != before


@contextmanager
def held(lake: Lake, statement: str) -> Iterator[None]:
    """A lock of the administrator's, from the beginning of a block to its end."""
    with psycopg.connect(lake.settings.postgres.admin_dsn) as holder:
        holder.execute(statement)
        yield
        holder.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "lock table meta.current_publication in access exclusive mode",
        "lock table serving.kpi_volume_daily in access exclusive mode",
    ],
)
def test_a_lock_that_does_not_end_is_waited_for_no_longer_than_said(
    lake: Lake, command: Command, recovers: Recovers, statement: str
) -> None:
    # `lake.pqr` gives up after fifteen minutes; nobody lets go of the lock before.
    with held(lake, statement):
        refused = lake.pqr(*command)
    said = refused.stdout + refused.stderr
    assert refused.returncode in (1, 3, 4), said
    assert "Traceback" not in said
    assert "lock" in said.strip().splitlines()[-1]
    assert lake.query("select count(*) from meta.publications") == [(0,)]
    recovers(lake)
