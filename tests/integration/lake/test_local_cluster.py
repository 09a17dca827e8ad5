"""The workers of this machine are as many, and as large, as the settings say."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import dask
import psutil
import pytest
from distributed import get_worker

from orchestration.cluster import Cluster, WorkersLost, dask_client
from orchestration.errors import UsageError
from orchestration.flows.session import Session
from orchestration.settings import Settings, load_settings
from orchestration.workers import SMALL_JOB_LINES


def facts_of_a_worker(_: int) -> tuple[int, object, str]:
    worker = get_worker()
    # Long enough that one worker alone would fall behind, so that a second one pays off.
    sum(range(20_000_000))
    limit = worker.memory_manager.memory_limit
    return int(limit), dask.config.get("distributed.worker.memory.spill"), worker.address


@pytest.mark.slow
def test_workers_are_added_while_tasks_wait_each_within_its_memory(settings: Settings) -> None:
    own = load_settings(
        {
            **settings.exports(),
            "PQR_DASK_WORKERS": "2",
            "PQR_DASK_MIN_WORKERS": "1",
            "PQR_DASK_MEMORY": "600MB",
            "PQR_DASK_SPILL": "false",
        }
    )
    with dask_client(own) as client:
        started = len(client.scheduler_info()["workers"])
        tasks = [(f"task-{number}", (number,)) for number in range(60)]
        found = Cluster(client).run(facts_of_a_worker, tasks, lambda _: None)
    assert started == 1
    assert {(limit, spill) for limit, spill, _ in found} == {(600_000_000, False)}
    assert 1 <= len({address for *_, address in found}) <= 2


def fail_until_there_is(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_task_that_failed_is_done_again_by_the_next_try_of_its_name(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = replace(settings, dask=replace(settings.dask, workers=1))
    awaited = tmp_path / "service"
    tasks = [("read", (awaited,))]
    with dask_client(own) as client:
        # Held as a retry holds it: with its frames, and what they refer to.
        with pytest.raises(FileNotFoundError) as failure:
            Cluster(client).run(fail_until_there_is, tasks, lambda _: None)
        awaited.write_text("back", encoding="utf-8")
        assert Cluster(client).run(fail_until_there_is, tasks, lambda _: None) == ["back"]
    assert failure.value.__traceback__ is not None
    assert "Compute Failed" not in capfd.readouterr().err, "a worker told it, too"


def die_until_there_is(path: Path) -> str:
    """Kill the worker at the first call, as the kernel does when memory ends."""
    if not path.exists():
        path.write_text("was here", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return path.read_text(encoding="utf-8")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed_is_replaced_and_its_task_done_again(
    settings: Settings, tmp_path: Path
) -> None:
    own = replace(settings, dask=replace(settings.dask, workers=1))
    tasks = [("dies once", (tmp_path / "mark",))]
    with dask_client(own) as client:
        assert Cluster(client).run(die_until_there_is, tasks, lambda _: None) == ["was here"]


def test_a_task_that_kills_each_worker_is_named_and_ends(settings: Settings) -> None:
    own = replace(settings, dask=replace(settings.dask, workers=1))
    with (
        dask_client(own) as client,
        pytest.raises(WorkersLost, match=r"task dies-\d+ killed 4 workers in a row"),
    ):
        Cluster(client).run(die, [("dies", ())], lambda _: None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PQR_DASK_MEMORY", "much"),
        ("PQR_DASK_MEMORY", "0GiB"),
        ("PQR_DASK_MIN_WORKERS", "9999"),
        ("PQR_DASK_SPILL", "perhaps"),
    ],
)
def test_a_malformed_setting_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"{name}={value}"):
        load_settings({name: value})


def own_process(_: int) -> int:
    return os.getpid()


def listening() -> set[int]:
    return {
        item.laddr.port
        for item in psutil.Process().net_connections("tcp")
        if item.status == psutil.CONN_LISTEN
    }


def test_a_small_job_is_done_in_this_process_and_nothing_listens(settings: Settings) -> None:
    tasks = [(f"task-{number}", (number,)) for number in range(3)]
    children, ports = psutil.Process().children(), listening()
    with Session(settings) as session:
        workers = session.workers(SMALL_JOB_LINES)
        workers.remember()
        seen: list[int] = []
        assert workers.run(own_process, tasks, seen.append) == [os.getpid()] * 3 == seen
        assert [(task.name, task.error) for task in workers.done()] == [
            (name, "") for name, _ in tasks
        ]
        assert (psutil.Process().children(), listening()) == (children, ports)


def test_the_first_task_that_fails_here_ends_the_others(settings: Settings, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("x")
    tasks = [(path.name, (path,)) for path in (there, tmp_path / "missing", there)]
    seen: list[str] = []
    with Session(settings) as session:
        workers = session.workers(3)
        with pytest.raises(FileNotFoundError, match="missing"):
            workers.run(fail_until_there_is, tasks, seen.append)
        assert [(task.name, task.error) for task in workers.done()] == [
            ("there", ""), ("missing", "error"),
        ]  # fmt: skip
    assert seen == ["x"]


def test_a_larger_job_than_the_first_gets_processes(settings: Settings) -> None:
    own = replace(settings, dask=replace(settings.dask, workers=1))
    tasks = [("task", (1,))]
    before = psutil.Process().children()
    with Session(own) as session:
        assert session.workers(10).run(own_process, tasks, lambda _: None) == [os.getpid()]
        large = session.workers(SMALL_JOB_LINES + 1)
        (worker,) = large.run(own_process, tasks, lambda _: None)
        assert worker != os.getpid()
        assert session.workers(10) is large
    # Python's own watcher of shared memory stays.
    after = [child for child in psutil.Process().children() if child not in before]
    assert not [child for child in after if "resource_tracker" not in " ".join(child.cmdline())]
