"""What it costs to make bronze of two million events, and how two workers share it.

CPU-seconds are those of the tasks: read from S3, check every line, write Parquet, upload to S3. The
cost of the cluster and of its workers' imports is printed separately. For comparison a plain DuckDB
read_json to Parquet without checks runs on the same objects, from S3 to S3 like the task and from
disk to disk; they alternate, so that a busy machine slows all of them equally.
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
from distributed import get_worker

from benchmarks.home import new_home
from benchmarks.results import result
from orchestration.bronze.rules import load_rules
from orchestration.bronze.table import DATA_SQL_TYPE
from orchestration.bronze.task import BronzeTask, write_object
from orchestration.cluster import dask_client
from orchestration.lake import paths
from orchestration.lake.duckdb import connect
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.raw import run_of, write_block
from orchestration.run import Run, World
from orchestration.services import lifecycle
from orchestration.settings import Settings
from simulator.config import load_config
from simulator.config.model import CHANNELS

# A day to warm up and thirty to measure, of five sources: objects of some 14,000 lines.
DAYS = 31
SCALE = 5.5
ROUNDS = 3
MOST_CPU_SECONDS = 5.0
MOST_TIMES_BARE = 1.5
MOST_MEGABYTES = 1_000
LEAST_SPEEDUP = 1.6


@dataclass(frozen=True)
class Share:
    """What one task did: lines checked, CPU-seconds, peak memory of its process in MB."""

    lines: int
    cpu_seconds: float
    megabytes: float


@dataclass(frozen=True)
class Round:
    """All tasks of a round: CPU-seconds per million lines, seconds of work and of the start."""

    cpu_seconds: float
    seconds: float
    start_seconds: float
    megabytes: float


def measured(work: Callable[[], int]) -> Share:
    began = time.process_time()
    lines = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return Share(lines, time.process_time() - began, peak)


def judge(task: BronzeTask) -> Share:
    """The task under test."""
    return measured(lambda: write_object(task).bronze.counts["lines"])


def copy_bare(settings: Settings, source: str, target: str, lines: int) -> Share:
    """The yardstick: the same lines read, typed and written, nothing checked."""
    return measured(lambda: _copy_bare(settings, source, target, lines))


def _copy_bare(settings: Settings, source: str, target: str, lines: int) -> int:
    columns = (
        "{event_id: 'varchar', ticket_id: 'varchar', event_type: 'varchar', ts: 'timestamptz',"
        f" data: '{DATA_SQL_TYPE}'}}"
    )
    _engine(settings).execute(
        f"copy (from read_json('{source}', format = 'newline_delimited', columns = {columns}))"
        f" to '{target}' (format parquet, compression zstd)"
    )
    return lines


def _engine(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The engine of this worker, opened once. What a task keeps in this module is its own copy."""
    worker: Any = get_worker()
    if not hasattr(worker, "bare_engine"):
        worker.bare_engine = connect(settings)
    engine: duckdb.DuckDBPyConnection = worker.bare_engine
    return engine


def warm_up() -> None:
    """Import what a task needs, and open the engines: part of a worker's start."""
    import orchestration.bronze.object  # noqa: F401 -- for its cost


def run_round(
    settings: Settings, workers: int, function: Callable[..., Share], tasks: list[tuple[Any, ...]]
) -> Round:
    """Run the tasks on so many workers of their own; those of the first day warm them up."""
    warm_up_tasks, timed_tasks = tasks[: len(CHANNELS)], tasks[len(CHANNELS) :]
    began = time.monotonic()
    with dask_client(replace(settings, dask=replace(settings.dask, workers=workers))) as client:
        client.run(warm_up)
        # A worker's first day of tasks opens its engine and connections, and allocates its memory.
        client.gather(
            [
                client.submit(function, *task, workers=[address], pure=False)
                for address in client.scheduler_info(n_workers=-1)["workers"]
                for task in warm_up_tasks
            ]
        )
        ready = time.monotonic()
        shares = client.gather([client.submit(function, *task, pure=False) for task in timed_tasks])
        done = time.monotonic()
    million = sum(share.lines for share in shares) / 1e6
    cpu = sum(share.cpu_seconds for share in shares) / million
    return Round(cpu, done - ready, ready - began, max(share.megabytes for share in shares))


def write_world(settings: Settings, days: int, scale: float) -> tuple[Run, list[ObjectRef]]:
    """The raw objects of the first days of the default world, with `scale` times its volume."""
    config = load_config()
    config = load_config(end=config.start + timedelta(days=days - 1))
    arrivals = config.world.arrivals
    busy = arrivals.model_copy(update={"mean_per_day": arrivals.mean_per_day * scale})
    config = replace(config, world=config.world.model_copy(update={"arrivals": busy}))
    run = run_of(config)
    return run, list(write_block(settings.s3, run, config, run.date_min, run.date_max))


def tasks_of(settings: Settings, run: Run, refs: list[ObjectRef]) -> list[tuple[BronzeTask]]:
    rules = load_rules(settings.project_root).pack()
    tasks = []
    for ref in refs:
        source, day = paths.parse_source_day(ref.partition)
        tasks.append((BronzeTask(settings.s3, run, source, day, ref, rules),))
    return tasks


def bare_tasks(
    settings: Settings, refs: list[ObjectRef], folder: Path
) -> dict[str, list[tuple[Settings, str, str, int]]]:
    """The yardstick's tasks: from S3 to S3 as the task under test, and from disk to disk."""
    store, bucket = ObjectStore(settings.s3), f"s3://{settings.s3.bucket}"
    tasks: dict[str, list[tuple[Settings, str, str, int]]] = {"bare_s3": [], "bare_disk": []}
    for number, ref in enumerate(refs):
        file = folder / f"{number}.jsonl"
        file.write_bytes(store.get(ref.key))
        target = f"{bucket}/bare/{number}.parquet"
        tasks["bare_s3"].append((settings, f"{bucket}/{ref.key}", target, ref.rows))
        tasks["bare_disk"].append((settings, str(file), str(file) + ".parquet", ref.rows))
    return tasks


def another(run: Run, number: int) -> Run:
    """A run of the same days under other keys: nothing of an earlier round is found there."""
    world = World.simulated(number, run.world.config_hash, run.world.code_hash, run.date_min)
    return replace(run, run_id=Run.of(world, run.date_min, run.date_max).run_id)


def bench(days: int, scale: float, rounds: int) -> bool:
    with new_home() as settings:
        lifecycle.up(settings)
        return _bench(settings, days, scale, rounds, settings.home)


def _bench(settings: Settings, days: int, scale: float, rounds: int, folder: Path) -> bool:
    run, refs = write_world(settings, days, scale)
    timed = refs[len(CHANNELS) :]
    lines = sum(ref.rows for ref in timed)
    print(f"{lines:,} lines in {len(timed)} objects, {sum(r.size for r in timed) / 1e6:,.0f} MB")
    bare = bare_tasks(settings, refs, folder)
    results: dict[str, list[Round]] = {name: [] for name in (*bare, "one", "two")}
    for number in range(rounds):
        for name, tasks in bare.items():
            results[name].append(run_round(settings, 1, copy_bare, tasks))
        for place, (name, workers) in enumerate((("one", 1), ("two", 2))):
            tasks = tasks_of(settings, another(run, 1_000 + 2 * number + place), refs)
            results[name].append(run_round(settings, workers, judge, tasks))
        latest = {name: f"{found[-1].cpu_seconds:.2f}" for name, found in results.items()}
        print(f"round {number + 1}: CPU-s a million {latest}", flush=True)
    return report(results)


def report(results: dict[str, list[Round]]) -> bool:
    cpu = min(found.cpu_seconds for found in results["one"])
    times = {name: _times(results["one"], results[name]) for name in ("bare_s3", "bare_disk")}
    shared = zip(results["one"], results["two"], strict=True)
    speedup = statistics.median(one.seconds / two.seconds for one, two in shared)
    memory = max(found.megabytes for name in ("one", "two") for found in results[name])
    start = min(found.start_seconds for found in results["one"])
    bare_cpu = min(found.cpu_seconds for found in results["bare_s3"])
    result("bronze_start", start, "seconds")
    result("bronze_bare_read_json", bare_cpu, "CPU-seconds/million_lines")
    result("bronze_to_bare_read_json_on_disk", times["bare_disk"], "times")
    met = (
        result("bronze_cost", cpu, "CPU-seconds/million_lines", at_most=MOST_CPU_SECONDS),
        result("bronze_to_bare_read_json", times["bare_s3"], "times", at_most=MOST_TIMES_BARE),
        result("bronze_peak_memory", memory, "MB/process", at_most=MOST_MEGABYTES),
        result("bronze_two_workers", speedup, "times_one", at_least=LEAST_SPEEDUP),
    )
    return all(met)


def _times(ours: list[Round], bare: list[Round]) -> float:
    """How many times the yardstick's CPU-seconds, over rounds that were run in turns."""
    pairs = zip(ours, bare, strict=True)
    return statistics.median(one.cpu_seconds / other.cpu_seconds for one, other in pairs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--scale", type=float, default=SCALE)
    given = parser.parse_args()
    sys.exit(0 if bench(given.days, given.scale, given.rounds) else 1)
