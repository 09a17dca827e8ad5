"""The owner's five KPIs by pandas, Polars and Spark beside ours: `make bench-peers`.

Every engine makes silver and gold of the five from local copies of the same committed bronze, with
two threads, in a process of its own: the figures are totals as a user pays them, from the start of
the interpreter to the end of the last process that it started. Beside them, net of start-up: what
is left when imports, dbt's parsing or Spark's session are taken off. They take turns; of all
rounds the cheapest counts, each figure for itself. The rows of all must be ours, in every column.

Ours comes in three forms: `dbt` builds what the five need (and writes their files of silver, which
the peers do not), `dbt_all` all of silver and gold, `sql` runs the compiled models of the five
alone, without dbt and without files of silver: the work of the peers and no more. The ratios are to
`dbt`, and beside them to `sql`. `script` is the
yardstick of `make bench-lake`: all of silver and gold in one DuckDB script, older than some columns
and without extensions of terms, so its rows are not compared.

    python -m benchmarks.peers [--days 30] [--rounds 3] [--engines dbt,polars]

Spark needs Java, and `infra/bootstrap.sh spark`; without it is left out.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import psutil
import psycopg

from benchmarks.home import new_home
from benchmarks.lake import make_world, world_facts
from benchmarks.peers_work import DATASETS, Job
from benchmarks.results import result
from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import effective_objects
from orchestration.lake.store import ObjectStore
from orchestration.services import lifecycle
from orchestration.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("dbt", "dbt_all", "sql", "script", "pandas", "polars", "spark")
# Each library has its own name for it.
THREADS = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "ARROW_IO_THREADS", "PQR_DUCKDB_THREADS"), "2"
)
LEAST_TO_OURS = {"pandas": 2.0, "polars": 1.0}
Cost = dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default=",".join(ENGINES))
    arguments = parser.parse_args()
    chosen = set(arguments.engines.split(","))
    if unknown := chosen - set(ENGINES):
        parser.error(f"--engines {','.join(sorted(unknown))}: choose from {','.join(ENGINES)}")
    # The rows of ours are what the others are compared with.
    engines = [name for name in ENGINES if name == "dbt" or (name in chosen and is_here(name))]
    with new_home() as settings, tempfile.TemporaryDirectory(prefix="pqr-peers-") as scratch:
        lifecycle.up(settings)
        make_world(settings, arguments.days)
        job = job_of(settings, Path(scratch))
        best: dict[str, Cost] = {}
        for _ in range(arguments.rounds):
            for name in engines:
                cost = run(name, job, settings)
                known = best.setdefault(name, cost)
                best[name] = {figure: min(known[figure], cost[figure]) for figure in cost}
                print(f"{name}: {cost['cpu']:.1f} CPU-s, {cost['seconds']:.1f} s", flush=True)
        compared = [name for name in engines if name not in ("dbt", "script")]
        differing = {name: differences(job.root, name) for name in compared}
    return 0 if report(best, differing) else 1


def is_here(engine: str) -> bool:
    """Whether an engine can be run; says so where it cannot."""
    missing = [name for name in ("pandas", "polars") if engine == name and not find_spec(name)]
    if engine == "spark":
        missing = [] if find_spec("pyspark") else ["pyspark"]
        missing += [] if shutil.which("java") else ["java"]
    if missing:
        print(f"{engine} is skipped: no {' and no '.join(missing)} here", flush=True)
    return not missing


def job_of(settings: Settings, scratch: Path) -> Job:
    """The newest world as the engines read it: local copies of its bronze."""
    facts = world_facts(settings)
    with psycopg.connect(settings.postgres.dsn) as connection:
        refs = effective_objects(connection, facts["world_id"], "bronze", "pqrs_events")
    cache = ObjectCache(ObjectStore(settings.s3), settings.object_cache)
    copies = tuple(cache.verified(refs))
    return Job(copies, ROOT / "seeds", scratch, facts["first"], facts["last"])


def run(engine: str, job: Job, settings: Settings) -> Cost:
    """What one engine costs, with all processes that it starts."""
    root = job.root / engine
    shutil.rmtree(root, ignore_errors=True)
    for layer in ("silver", "gold"):
        (root / layer).mkdir(parents=True)
    file = job.root / f"{engine}.json"
    facts = {**vars(job), "seeds": str(job.seeds), "root": str(root)}
    file.write_text(json.dumps(facts), encoding="utf-8")
    environment = {
        **os.environ,
        **settings.exports(),
        **THREADS,
        "PQR_OBJECT_CACHE": str(settings.object_cache),
    }
    log = job.root / f"{engine}.log"
    began = time.time()
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.peers_work", engine, str(file)],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    peak = Peak(psutil.Process(process.pid))
    with process.stdout as stdout:
        printed = stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended = time.time()
    memory = max(peak.stop(), usage.ru_maxrss * 1024) / 1e6
    assert process.returncode == 0, f"{engine} failed: {printed}{log.read_text()}"
    start = json.loads(printed.splitlines()[-1])
    cpu = usage.ru_utime + usage.ru_stime
    return {
        "cpu": cpu,
        "seconds": ended - began,
        "memory": memory,
        "net_cpu": cpu - start["start_cpu"],
        "net_seconds": ended - start["started_at"],
    }


class Peak(threading.Thread):
    """The most memory that a process and those below it held together, ten looks a second."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._process, self._most, self._over = process, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.1):
            try:
                every = (self._process, *self._process.children(recursive=True))
                self._most = max(self._most, sum(one.memory_info().rss for one in every))
            except psutil.Error:
                continue

    def stop(self) -> int:
        self._over.set()
        self.join()
        return self._most


def differences(root: Path, engine: str, ours: str = "dbt") -> list[str]:
    """The datasets of which an engine has other rows than ours."""
    return [name for name in DATASETS if not is_same(root, engine, ours, name)]


def is_same(root: Path, engine: str, ours: str, name: str) -> bool:
    """Whether all rows are those of ours, the values read as the types that ours has."""
    duck = duckdb.connect()
    columns: dict[str, dict[str, Any]] = {}
    for side in (ours, engine):
        duck.execute(
            f"create view {side} as from read_parquet('{root}/{side}/gold/{name}/*/*.parquet',"
            " hive_partitioning = true, hive_types = {'day': date})"
        )
        rows = duck.execute(f"describe {side}").fetchall()
        columns[side] = {row[0]: row[1] for row in rows}
    if columns[engine].keys() != columns[ours].keys():
        return False
    shown = ", ".join(
        f"cast({column} as {kind}) as {column}" for column, kind in columns[ours].items()
    )
    one, other = (f"select {shown} from {side}" for side in (ours, engine))
    differing = duck.execute(
        f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
    ).fetchone()
    return differing == (0,)


def report(best: dict[str, Cost], differing: dict[str, list[str]]) -> bool:
    """Print every figure; return whether the targets are met."""
    units = {"cpu": "CPU-s", "seconds": "s", "memory": "MB", "net_cpu": "CPU-s", "net_seconds": "s"}
    for engine, cost in best.items():
        for figure, unit in units.items():
            result(f"peers_{engine}_{figure}", cost[figure], unit)
    met = True
    for engine, cost in best.items():
        if engine == "dbt":
            continue
        for figure, noun in (("cpu", "CPU"), ("seconds", "wall_time")):
            least = LEAST_TO_OURS.get(engine)
            name = f"peers_{engine}_to_ours" + ("" if figure == "cpu" else f"_{figure}")
            times = cost[figure] / best["dbt"][figure]
            met &= result(name, times, f"times_its_{noun}", at_least=least)
            result(
                f"{name}_net",
                cost[f"net_{figure}"] / best["dbt"][f"net_{figure}"],
                f"times_its_{noun}",
            )
    for engine in sorted({"pandas", "polars", "spark"} & best.keys() if "sql" in best else ()):
        for figure, noun in (("cpu", "CPU"), ("seconds", "wall_time")):
            name = f"peers_{engine}_to_sql" + ("" if figure == "cpu" else f"_{figure}")
            result(name, best[engine][figure] / best["sql"][figure], f"times_its_{noun}")
    for engine, names in differing.items():
        if names:
            print(f"{engine} differs in: {', '.join(names)}", flush=True)
    count = sum(map(len, differing.values()))
    return result("peers_datasets_that_differ", count, "datasets", at_most=0) and met


if __name__ == "__main__":
    sys.exit(main())
