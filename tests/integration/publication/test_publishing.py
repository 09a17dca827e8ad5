"""What publishing refuses, what it leaves alone, and going back."""

import threading
import time
from uuid import UUID

import psycopg
import pytest
from fabricated import (
    DATASETS,
    claim_version,
    commit_fabricated,
    fabricated_run,
    land_fabricated,
    publish_version,
    shown,
)

from orchestration.errors import WorkFailed
from orchestration.lake.committed import UnknownRunError, find_run_id, latest_run_id
from orchestration.meta.control import RunCounts, StaleClaim, finish_run
from orchestration.publication.batches import (
    LandingIncomplete,
    NothingCommitted,
    prepare_batches,
    verify_landed,
)
from orchestration.publication.publish import HalfLanded, collect, publish
from orchestration.publication.runs import list_runs
from orchestration.publication.switch import (
    NotPublishable,
    live_publication,
    switch_back,
)
from orchestration.settings import Settings

# dbt in this process leaves its log file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def test_a_publication_shows_its_rows_and_ends_its_run(connection: psycopg.Connection) -> None:
    publication = publish_version(connection, 1)
    assert publication.is_new
    assert shown(connection) == [1]
    (run,) = list_runs(connection)
    assert (run["status"], run["is_live"], run["can_switch"]) == ("PUBLISHED", True, True)
    assert run["gold_rows"] == 24


def test_publishing_the_same_again_changes_nothing(connection: psycopg.Connection) -> None:
    first = publish_version(connection, 1)
    again = publish_version(connection, 1)
    assert not again.is_new
    assert again.publication_id == first.publication_id


def test_going_back_takes_less_than_a_second_and_one_row(connection: psycopg.Connection) -> None:
    publish_version(connection, 1)
    publish_version(connection, 2)
    started = time.perf_counter()
    live = switch_back(connection, fabricated_run(1).run_id)
    assert time.perf_counter() - started < 1
    assert live.run_id == fabricated_run(1).run_id
    assert shown(connection) == [1]
    switch_back(connection, fabricated_run(2).run_id)
    assert shown(connection) == [2]


def test_two_publications_are_kept_and_the_live_one_always(connection: psycopg.Connection) -> None:
    for version in (1, 2):
        publish_version(connection, version)
    switch_back(connection, fabricated_run(1).run_id)
    collect(connection, keep=1)
    assert shown(connection) == [1]
    with pytest.raises(NotPublishable, match="not kept any more: `pqr ingest` of one"):
        switch_back(connection, fabricated_run(2).run_id)
    connection.execute("update meta.worlds set kind = 'simulated', seed = 5, origin = 'own.yaml'")
    with pytest.raises(NotPublishable, match=r"`pqr run --start .* --seed 5` \(of own.yaml\)"):
        switch_back(connection, fabricated_run(2).run_id)
    (rows,) = connection.execute("select count(*) from serving.kpi_sla_daily").fetchone()
    assert rows == 4


def test_collection_keeps_at_least_one(connection: psycopg.Connection) -> None:
    with pytest.raises(ValueError, match="keep must be at least 1, got 0"):
        collect(connection, keep=0)


def test_an_unknown_run_is_refused(connection: psycopg.Connection) -> None:
    with pytest.raises(UnknownRunError, match="00000000-0000-0000-0000-00000000000f is unknown"):
        switch_back(connection, UUID(int=15))


def test_a_run_is_found_by_the_beginning_of_its_id(connection: psycopg.Connection) -> None:
    with pytest.raises(UnknownRunError, match="there is no run yet"):
        latest_run_id(connection)
    ids = [str(claim_version(connection, version).run.run_id) for version in range(17)]
    assert latest_run_id(connection) == UUID(ids[-1])
    for written in (ids[0], ids[0][:13].upper(), UUID(ids[0]).hex):
        assert find_run_id(connection, written) == UUID(ids[0])
    # Of 17 ids two begin with the same digit.
    shared = next(digit for digit in "0123456789abcdef" if sum(i[0] == digit for i in ids) > 1)
    with pytest.raises(UnknownRunError, match=f"run '{shared}' is ambiguous: .* such as {shared}"):
        find_run_id(connection, shared)
    for unknown in ("", "-", "%", ids[0] + "0"):
        with pytest.raises(UnknownRunError, match="is unknown: `pqr runs` lists the runs"):
            find_run_id(connection, unknown)


def test_an_uncommitted_run_is_refused(connection: psycopg.Connection) -> None:
    claim = claim_version(connection, 1)
    with pytest.raises(NothingCommitted):
        prepare_batches(connection, claim, DATASETS)
    with pytest.raises(NotPublishable, match="has not ended"):
        switch_back(connection, claim.run.run_id)
    finish_run(connection, claim, "CANCELLED")
    with pytest.raises(NotPublishable, match="no committed gold"):
        switch_back(connection, claim.run.run_id)


def test_a_failed_run_is_refused_with_its_reason(connection: psycopg.Connection) -> None:
    claim = claim_version(connection, 1)
    finish_run(connection, claim, "FAILED", error="2 checks failed")
    with pytest.raises(NotPublishable, match="failed \\(2 checks failed\\)"):
        switch_back(connection, claim.run.run_id)


def test_a_half_landed_run_is_refused(connection: psycopg.Connection) -> None:
    publish_version(connection, 1)
    claim = claim_version(connection, 2)
    commit_fabricated(connection, claim)
    batches = prepare_batches(connection, claim, DATASETS)
    land_fabricated(connection, batches[:2], 2)
    with pytest.raises(LandingIncomplete, match=r"1 of 3 batches .* 0 rows in serving\.kpi_volume"):
        verify_landed(connection, claim, batches)
    with pytest.raises(HalfLanded, match="3 of 3 batches"):
        publish(connection, claim, batches, status="PUBLISHED", counts=RunCounts())
    assert shown(connection) == [1]
    finish_run(connection, claim, "CANCELLED")
    with pytest.raises(NotPublishable, match="3 of its batches have not landed"):
        switch_back(connection, claim.run.run_id)


def test_an_overtaken_attempt_publishes_nothing(connection: psycopg.Connection) -> None:
    publish_version(connection, 1)
    overtaken = claim_version(connection, 2)
    commit_fabricated(connection, overtaken)
    batches = prepare_batches(connection, overtaken, DATASETS)
    land_fabricated(connection, batches, 2)
    verify_landed(connection, overtaken, batches)
    newer = claim_version(connection, 2)
    with pytest.raises(StaleClaim, match="attempt 1 of run"):
        publish(connection, overtaken, batches, status="PUBLISHED", counts=RunCounts())
    assert shown(connection) == [1]
    publish(connection, newer, batches, status="DEGRADED", counts=RunCounts())
    assert shown(connection) == [2]
    live = live_publication(connection)
    assert live is not None
    assert live.status == "DEGRADED"


def test_an_overtaken_attempt_is_told_so_before_its_batches_are_looked_at(
    connection: psycopg.Connection,
) -> None:
    """The newer attempt may be landing them at this moment: what they look like says nothing."""
    overtaken = claim_version(connection, 2)
    commit_fabricated(connection, overtaken)
    batches = prepare_batches(connection, overtaken, DATASETS)
    claim_version(connection, 2)
    with pytest.raises(StaleClaim, match="attempt 1 of run"):
        publish(connection, overtaken, batches, status="PUBLISHED", counts=RunCounts())


def test_a_lost_connection_changes_nothing_and_the_next_try_completes(
    lake_of_versions: Settings, connection: psycopg.Connection
) -> None:
    publish_version(connection, 1)
    with psycopg.connect(lake_of_versions.postgres.dsn, autocommit=True) as doomed:
        claim = claim_version(doomed, 2)
        commit_fabricated(doomed, claim)
        batches = prepare_batches(doomed, claim, DATASETS)
        land_fabricated(doomed, batches, 2)
        verify_landed(doomed, claim, batches)
        # The server ends the connection while the publication waits for the pointer's row.
        with (
            psycopg.connect(lake_of_versions.postgres.admin_dsn, autocommit=True) as admin,
            admin.transaction(),
        ):
            admin.execute("select from meta.current_publication for update")
            _end_when_waiting(lake_of_versions, doomed)
            with pytest.raises(psycopg.OperationalError):
                publish(doomed, claim, batches, status="PUBLISHED", counts=RunCounts())
    assert shown(connection) == [1]
    publish_version(connection, 2)
    assert shown(connection) == [2]


def _end_when_waiting(lake: Settings, doomed: psycopg.Connection) -> None:
    pid = doomed.info.backend_pid

    def end() -> None:
        with psycopg.connect(lake.postgres.admin_dsn, autocommit=True) as own:
            for _ in range(200):
                waiting = own.execute(
                    "select 1 from pg_stat_activity where pid = %s and wait_event_type = 'Lock'",
                    [pid],
                ).fetchone()
                if waiting:
                    own.execute("select pg_terminate_backend(%s)", [pid])
                    return
                time.sleep(0.05)

    threading.Thread(target=end, daemon=True).start()


def test_what_a_judge_refuses_is_judged_again_by_the_next_try(
    connection: psycopg.Connection,
) -> None:
    claim = claim_version(connection, 1)
    commit_fabricated(connection, claim)
    batches = prepare_batches(connection, claim, DATASETS)
    land_fabricated(connection, batches, 1)

    def refuse() -> None:
        raise WorkFailed("a cell differs")

    with pytest.raises(WorkFailed, match="a cell differs"):
        verify_landed(connection, claim, batches, refuse)
    again = prepare_batches(connection, claim, DATASETS)
    assert [batch.is_landed for batch in again] == [False, False, False]


def test_landing_is_empty_after_a_publication(writer: psycopg.Connection) -> None:
    tables = writer.execute(
        "select relname from pg_class where relnamespace = 'landing'::regnamespace"
        " and relkind = 'r'"
    ).fetchall()
    assert len(tables) > 20
    for (table,) in tables:
        assert writer.execute(f"select count(*) from landing.{table}").fetchone() == (0,)
