"""Killed at any step, the next attempt ends as if nothing had happened."""

import signal

import pytest

from tests.faults.conftest import Lake

STEPS = [
    "raw.after_objects",
    "raw.after_checksums",
    "raw.before_manifest",
    "raw.after_manifest",
    "raw.before_index_commit",
    "raw.after_commit",
    "bronze.after_file",
    "bronze.after_object",
    "bronze.after_object#2",
    "bronze.after_objects",
    "bronze.before_manifest",
    "bronze.after_manifest",
    "bronze.before_index_commit",
    "bronze.after_commit",
]
QUICK = {"raw.after_manifest", "bronze.after_object", "bronze.before_index_commit"}


@pytest.mark.parametrize(
    "step",
    [step if step in QUICK else pytest.param(step, marks=pytest.mark.slow) for step in STEPS],
)
def test_a_killed_attempt_is_taken_up_where_it_was(world: Lake, step: str) -> None:
    killed = world.attempt(kill_at=step)
    assert killed.exit_code == -signal.SIGKILL
    before = world.objects()

    retried = world.attempt().answer
    assert retried["attempt"] == 2
    after = world.objects()
    assert {key: after[key] for key in before} == before, "an object was written again"
    layers = [layer for layer, *_ in world.manifests()]
    assert layers == ["raw", "bronze"]

    again = world.attempt().answer
    assert (again["raw"], again["bronze"]) == (retried["raw"], retried["bronze"])
    assert world.objects() == after
    assert retried["counts"] == {"bronze": 12, "lines": 12, "quarantined": {}, "notes": {}}
    statuses = world.connection.execute("select attempt, status from meta.etl_runs").fetchall()
    assert statuses == [(3, "PUBLISHED")]


def test_a_kill_point_is_deaf_without_the_testing_switch(
    world: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.progress import reach

    monkeypatch.setenv("PQR_KILL_AT", "here")
    reach("here")
