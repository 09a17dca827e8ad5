"""What stands between two writers, each defence with the others taken away."""

import hashlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from orchestration.bronze.job import _check_equation
from orchestration.errors import WorkFailed
from orchestration.lake import commit as module
from orchestration.lake.commit import CommitConflict, commit_layer
from orchestration.lake.manifest import LineCounts, Manifest, ObjectRef
from orchestration.lake.store import ObjectMissing, ObjectStore, RawConflict
from orchestration.meta.control import RunFacts, WorldLocked, claim_run, connect, lock_world
from orchestration.run import Claim, Run, World
from tests.faults.conftest import Lake

WRITERS = 16
DAY = date(2025, 9, 1)
RUN = Run.of(World.simulated(1, "c", "d", DAY), DAY, DAY)
RAW = Manifest(
    "raw", RUN.run_id, RUN.world.world_id, DAY, DAY, "0" * 12, None, inputs=(), objects=()
)


def raced(write: Callable[[int], object]) -> Counter[str]:
    """The outcomes of writers that start together, by the name of the error, or `won`."""

    def attempt(number: int) -> str:
        try:
            write(number)
        except (RawConflict, CommitConflict, psycopg.errors.UniqueViolation) as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(WRITERS) as pool:
        return Counter(pool.map(attempt, range(WRITERS)))


@pytest.mark.parametrize("rounds", [5, pytest.param(500, marks=pytest.mark.slow)])
def test_of_sixteen_writers_of_a_key_one_wins(world: Lake, rounds: int) -> None:
    for number in range(rounds):

        def put(writer: int, key: str = f"raw/race-{number}") -> None:
            body = f"writer {writer}".encode()
            answer = world.store.put_once(key, body, hashlib.sha256(body).hexdigest())
            assert answer == "created"

        assert raced(put) == {"won": 1, "RawConflict": WRITERS - 1}


def commit_as(world: Lake, claim: Claim, writer: int) -> None:
    with connect(world.settings) as connection:
        manifest = replace(RAW, counts={"writer": writer})
        commit_layer(ObjectStore(world.settings.s3), connection, claim, manifest)


def test_the_index_alone_admits_one_manifest_of_a_build(
    world: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claim_run(world.connection, RUN, RunFacts())
    monkeypatch.setattr(module, "assert_fencing", lambda *_: None)
    monkeypatch.setattr(module, "committed_manifest", lambda *_: None)
    monkeypatch.setattr(ObjectStore, "put_once", lambda *_: "created")
    outcomes = raced(lambda writer: commit_as(world, claim, writer))
    assert outcomes == {"won": 1, "UniqueViolation": WRITERS - 1}
    assert len(world.manifests()) == 1


def test_the_bucket_alone_admits_one_manifest_of_a_build(
    world: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claim_run(world.connection, RUN, RunFacts())
    monkeypatch.setattr(module, "assert_fencing", lambda *_: None)
    outcomes = raced(lambda writer: commit_as(world, claim, writer))
    assert outcomes["won"] == 1
    assert sum(outcomes.values()) == WRITERS
    assert len(world.manifests()) == 1


def test_a_manifest_of_an_object_that_is_not_there_is_not_committed(world: Lake) -> None:
    claim = claim_run(world.connection, RUN, RunFacts())
    lost = ObjectRef("raw/pqrs/lost", "pqrs", "source=email/day=2025-09-01", 3, "a" * 64, 1)
    with pytest.raises(ObjectMissing, match="raw/pqrs/lost"):
        commit_layer(world.store, world.connection, claim, replace(RAW, objects=(lost,)))
    assert world.manifests() == []


def test_a_world_has_one_holder(world: Lake) -> None:
    claim_run(world.connection, RUN, RunFacts())
    with connect(world.settings) as other, pytest.raises(WorldLocked):
        lock_world(other, RUN.world, RunFacts())


@pytest.mark.parametrize(
    "counts",
    [
        LineCounts(lines=3, bronze=2),
        LineCounts(lines=3, bronze=3, quarantined={"BLANK_LINE": 1}),
        LineCounts(lines=2, bronze=2),
        LineCounts(lines=4, bronze=4),
    ],
)
def test_a_line_that_is_lost_or_doubled_stops_bronze(counts: LineCounts) -> None:
    lines = ObjectRef("raw/pqrs/x", "pqrs", "source=email/day=2025-09-01", 9, "a" * 64, 3)
    with pytest.raises(WorkFailed, match="raw has 3 lines"):
        _check_equation(replace(RAW, objects=(lines,)), counts)
