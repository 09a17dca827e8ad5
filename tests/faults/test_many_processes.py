"""Several processes at the same run: one commits, the others adopt or report the lock."""

import os
import signal
import time
from pathlib import Path

import pytest
from attempts import start, wait

from orchestration.lake.commit import commit_layer
from orchestration.lake.manifest import Manifest
from orchestration.meta.control import RunFacts, StaleClaim, claim_run, connect, unlock_world
from orchestration.run import Run, World
from tests.faults.conftest import Lake


@pytest.mark.parametrize("processes", [2, pytest.param(8, marks=pytest.mark.slow)])
def test_of_several_processes_one_wins_and_the_bytes_are_those_of_one(
    world: Lake, processes: int
) -> None:
    answers = [world.folder / f"answer-{number}.json" for number in range(processes)]
    started = [start(world.settings, world.delivery, answer) for answer in answers]
    ended = [wait(*pair).answer for pair in zip(started, answers, strict=True)]
    winners = [answer for answer in ended if "error" not in answer]
    losers = [answer for answer in ended if "error" in answer]
    assert winners
    # WorldChanged: planned before the winner committed, claimed after it had ended.
    assert {answer["error"] for answer in losers} <= {"WorldLocked", "WorldChanged"}
    raced = world.objects()

    single = world.attempt().answer
    assert {(w["raw"], w["bronze"]) for w in winners} == {(single["raw"], single["bronze"])}
    assert world.objects() == raced
    assert [layer for layer, *_ in world.manifests()] == ["raw", "bronze"]


def test_a_stopped_holder_that_was_overtaken_cannot_commit(world: Lake) -> None:
    answer = world.folder / "stopped.json"
    stopped = start(world.settings, world.delivery, answer, "bronze.before_manifest!stop")
    pid = stopped.pid
    assert pid is not None
    wait_until_stopped(pid)
    # As a broken line to the server would: the lock is free, the process knows nothing of it.
    with connect(world.settings, context="other") as other:
        other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name = 'pqr'"
            " and pid <> all(%s)",
            [[world.connection.info.backend_pid, other.info.backend_pid]],
        )
    overtaking = world.attempt().answer
    assert overtaking["attempt"] == 2
    committed, objects = world.manifests(), world.objects()
    os.kill(pid, signal.SIGCONT)
    late = wait(stopped, answer).answer
    assert "error" in late
    assert world.manifests() == committed
    assert world.objects() == objects


def wait_until_stopped(pid: int) -> None:
    for _ in range(600):
        if ") T" in Path(f"/proc/{pid}/stat").read_text():
            return
        time.sleep(0.1)
    raise AssertionError("the attempt never came to the step")


def test_an_older_attempt_cannot_commit_even_with_the_lock_gone(world: Lake) -> None:
    from datetime import date

    day = date(2025, 9, 1)
    run = Run.of(World.simulated(1, "c", "d", day), day, day)
    manifest = Manifest(
        "raw", run.run_id, run.world.world_id, day, day, "0" * 12, None, (), (), {}, {}
    )
    with connect(world.settings) as first, connect(world.settings) as second:
        old = claim_run(first, run, RunFacts())
        unlock_world(first, run.world)
        new = claim_run(second, run, RunFacts())
        with pytest.raises(StaleClaim, match="attempt 1"):
            commit_layer(world.store, first, old, manifest)
        assert world.objects() == {}
        commit_layer(world.store, second, new, manifest)
    assert [layer for layer, *_ in world.manifests()] == ["raw"]
