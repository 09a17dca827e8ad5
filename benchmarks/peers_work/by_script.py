"""The hand-written DuckDB script of `make bench-lake`, which makes all of silver and gold."""

import duckdb

from benchmarks.peers_work import Job, Started
from benchmarks.yardstick.build import build as build_all


def build(job: Job, started: Started) -> None:
    started()
    duck = duckdb.connect(str(job.root / "script.duckdb"))
    duck.execute("set threads = 2; set TimeZone = 'UTC'; set preserve_insertion_order = false")
    build_all(duck, job.seeds, job.bronze, job.first, job.last, job.root)
