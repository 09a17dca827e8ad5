"""What silver and gold cost with dbt, compared with one DuckDB script: `make bench-lake`.

Both read the committed bronze of a world and write the same files to a local folder, two threads
and 2 GB each, in turns, each in a process of its own. dbt's start (imports, parsing, connecting) is
printed apart; its tests are left out, since the script has none. Then the rows are compared, in the
columns of the script: it is older than some of the models'.

    python -m benchmarks.lake [--days 181] [--rounds 2] [--here]

With --here it takes the newest world of the running services in place of making one.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from benchmarks.results import result
from orchestration.lake.commit import commit_layer
from orchestration.lake.committed import effective_objects
from orchestration.lake.duckdb import connect
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunFacts, claim_run
from orchestration.services import lifecycle
from orchestration.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
MOST_TIMES = 1.5
MOST_MEGABYTES = 2_000
EVERYTHING = (
    *("--select", "tag:silver", "tag:gold"),
    *("--exclude", "gold_report_monthly", "gold_report_quarterly", "gold_report_semester"),
)
COMPARED = ("kpi_volume", "kpi_backlog", "kpi_sla", "kpi_first_response", "kpi_close_time")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=181)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--side", choices=("dbt", "script"), help=argparse.SUPPRESS)
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        print(json.dumps(run_side(arguments.side, arguments.root)))
        return 0
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as scratch:
        if arguments.here:
            return measure(load_settings(), Path(scratch), arguments.rounds)
        settings = load_settings(
            {"PQR_HOME": f"{scratch}/home", "PQR_S3_PORT": "26000", "PQR_POSTGRES_PORT": "26432"}
        )
        lifecycle.up(settings)
        try:
            make_world(settings, arguments.days)
            return measure(settings, Path(scratch), arguments.rounds)
        finally:
            lifecycle.delete(settings.home)


def make_world(settings: Settings, days: int) -> None:
    """Commit raw and bronze of the default world."""
    from distributed import Client, LocalCluster

    from orchestration.bronze.job import write_bronze
    from orchestration.cluster import Cluster
    from orchestration.raw import run_of, write_raw
    from simulator.config import load_config

    config = load_config()
    config = replace(config, end=config.start + timedelta(days=days - 1))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        psycopg.connect(settings.postgres.dsn, autocommit=True) as connection,
    ):
        run, store = run_of(config), ObjectStore(settings.s3)
        claim = claim_run(connection, run, RunFacts())
        raw = write_raw(settings, Cluster(client), run, config)
        commit_layer(store, connection, claim, raw)
        commit_layer(store, connection, claim, write_bronze(settings, Cluster(client), run, raw))


def measure(settings: Settings, scratch: Path, rounds: int) -> int:
    """Run both sides in turns, print their cost, compare their rows."""
    folders = {side: scratch / side for side in ("dbt", "script")}
    best: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for side, folder in folders.items():
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "silver").mkdir(parents=True)
            (folder / "gold").mkdir()
            command = [
                sys.executable,
                "-m",
                "benchmarks.lake",
                "--side",
                side,
                "--root",
                str(folder),
            ]
            done = subprocess.run(
                command,
                env={**os.environ, **settings.exports()},
                stdout=subprocess.PIPE,
                check=True,
            )
            cost = json.loads(done.stdout.splitlines()[-1])
            if side not in best or cost["cpu"] < best[side]["cpu"]:
                best[side] = cost
    for side, cost in best.items():
        files = sum(1 for _ in folders[side].rglob("*.parquet"))
        print(
            f"{side:<7} {cost['cpu']:6.1f} CPU-s {cost['seconds']:6.1f} s"
            f" {cost['megabytes']:6.0f} MB  start {cost['start_cpu']:4.1f} CPU-s  {files} files"
        )
    times = best["dbt"]["cpu"] / best["script"]["cpu"]
    differing = [name for name in COMPARED if not is_same(folders, name)]
    print(f"rows differ in: {', '.join(differing) or 'nothing'}")
    met = (
        result("lake_to_script", times, "times_its_CPU", at_most=MOST_TIMES),
        result("lake_peak_memory", best["dbt"]["megabytes"], "MB", at_most=MOST_MEGABYTES),
        result("lake_datasets_that_differ", len(differing), "datasets", at_most=0),
    )
    return 0 if all(met) else 1


def is_same(folders: dict[str, Path], name: str) -> bool:
    """Whether both sides wrote the same rows of a gold dataset, in the columns of the script."""
    files = {
        side: f"read_parquet('{folder}/gold/{name}/*/*.parquet', hive_partitioning = false)"
        for side, folder in folders.items()
    }
    shown = ", ".join(duckdb.sql(f"from {files['script']} limit 0").columns)
    one, other = (f"select {shown} from {source}" for source in files.values())
    differing = duckdb.execute(
        f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
    ).fetchone()
    return differing == (0,)


def run_side(side: str, root: Path) -> dict[str, float]:
    """One side in this process: CPU-seconds, seconds and peak memory in MB."""
    import resource

    settings = load_settings()
    facts = world_facts(settings)
    cost = by_dbt(settings, root, facts) if side == "dbt" else by_script(settings, root, facts)
    cost["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return cost


def world_facts(settings: Settings) -> dict[str, Any]:
    """The newest world: its id, its days and the paths of its bronze."""
    with psycopg.connect(settings.postgres.dsn) as connection:
        row = connection.execute(
            """
            select world_id, first_day from meta.etl_runs join meta.worlds using (world_id)
            order by run_seq desc limit 1
            """
        ).fetchone()
        assert row is not None, "no run yet: leave out --here"
        refs = effective_objects(connection, row[0], "bronze", "pqrs_events")
    keys = [f"s3://{settings.s3.bucket}/{ref.key}" for ref in refs]
    last = max(ref.partition.split("day=")[1] for ref in refs)
    return {"world_id": str(row[0]), "first": str(row[1]), "last": last, "keys": keys}


def by_dbt(
    settings: Settings,
    root: Path,
    facts: dict[str, Any],
    chosen: Sequence[str] = EVERYTHING,
    started: Callable[[], None] = lambda: None,
) -> dict[str, float]:
    """The chosen models, counted from the first node's start to the last one's end."""
    from dbt.cli.main import dbtRunner

    os.environ.update(
        PQR_WORLD_ID=facts["world_id"],
        PQR_LAKE_ROOT=str(root),
        PQR_DUCKDB_PATH=str(root.parent / "lake.duckdb"),
        PQR_DUCKDB_THREADS="2",
        PQR_DUCKDB_MEMORY="2GB",
    )
    for left in root.parent.glob("lake.duckdb*"):
        left.unlink()
    marks: list[tuple[float, float]] = []

    def mark(event: Any) -> None:
        # Said when all is parsed, before the hooks that prepare the lake.
        if event.info.name == "ConcurrencyLine":
            started()
        if event.info.name in ("NodeStart", "NodeFinished"):
            marks.append((time.process_time(), time.perf_counter()))

    outcome = dbtRunner(callbacks=[mark]).invoke(
        [
            *("--quiet", "--log-path", str(root.parent / "logs"), "build"),
            *chosen,
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            *("--target-path", str(root.parent / "target")),
        ]
    )
    assert outcome.success, outcome.exception
    (start_cpu, started), (end_cpu, ended) = marks[0], marks[-1]
    return {"cpu": end_cpu - start_cpu, "seconds": ended - started, "start_cpu": start_cpu}


def by_script(settings: Settings, root: Path, facts: dict[str, Any]) -> dict[str, float]:
    """The yardstick."""
    from benchmarks.yardstick.build import build

    start_cpu, started = time.process_time(), time.perf_counter()
    database = root.parent / "script.duckdb"
    database.unlink(missing_ok=True)
    duck = connect(settings, threads=2, memory_limit="2GB", database=str(database))
    duck.execute("set preserve_insertion_order = false")
    build(duck, ROOT / "seeds", facts["keys"], facts["first"], facts["last"], root)
    return {
        "cpu": time.process_time() - start_cpu,
        "seconds": time.perf_counter() - started,
        "start_cpu": start_cpu,
    }


if __name__ == "__main__":
    raise SystemExit(main())
