"""Collection removes what nothing names, and never what something does."""

from datetime import timedelta

from orchestration.meta.control import connect
from orchestration.verify.collect import collect
from orchestration.verify.lake import verify_lake
from tests.faults.conftest import Lake

NOW = timedelta(seconds=-5)


def stray(lake: Lake) -> str:
    key = next(key for key in lake.objects() if key.startswith("bronze/pqrs_events/"))
    found = key.rpartition("/")[0] + "/part-000000000000.parquet"
    lake.store._put(found, b"left over")
    return found


def test_a_dry_run_tells_and_removes_nothing(committed: Lake) -> None:
    key = stray(committed)
    before = committed.objects()
    found = collect(committed.settings, committed.connection, older_than=NOW)
    assert [facts.key for facts in found.objects] == [key]
    assert found.is_dry_run
    assert committed.objects() == before


def test_what_is_left_over_goes_and_what_is_committed_stays(committed: Lake) -> None:
    before = committed.objects()
    stray(committed)
    collect(committed.settings, committed.connection, older_than=NOW, delete=True)
    assert committed.objects() == before
    assert verify_lake(committed.settings, committed.connection).findings == ()


def test_young_objects_stay(committed: Lake) -> None:
    stray(committed)
    assert collect(committed.settings, committed.connection, delete=True).objects == ()


def test_objects_of_a_world_that_is_worked_on_stay(committed: Lake) -> None:
    key = stray(committed)
    with connect(committed.settings) as other:
        other.execute(
            "select pg_advisory_lock(hashtextextended(world_id::text, 0)) from meta.worlds"
        )
        found = collect(committed.settings, committed.connection, older_than=NOW, delete=True)
    assert [facts.key for facts in found.busy] == [key]
    assert key in committed.objects()


def test_the_orphans_of_a_killed_attempt_are_adopted_not_collected(world: Lake) -> None:
    world.attempt(kill_at="bronze.before_manifest")
    orphans = collect(world.settings, world.connection, older_than=NOW).objects
    assert len(orphans) == 4
    assert world.attempt().answer["attempt"] == 2
    assert collect(world.settings, world.connection, older_than=NOW).objects == ()
