"""How long a scrape of `pqr metrics` takes: `make bench-scrape`.

Reads PQR_HOME, or PQR_POSTGRES_DSN. The first scrape measures the lake too, which the exporter
keeps for a minute; the others do not. `--seconds 120` goes on once a second, beside a run that
publishes. At the end what the exporter says without a database.
"""

import argparse
import statistics
import time
from pathlib import Path

import psycopg

from benchmarks.results import result
from orchestration.meta.connection import DatabaseUnavailable
from orchestration.metrics.exporter import PqrCollector
from orchestration.metrics.families import families
from orchestration.metrics.rows import LakeLayer, Snapshot
from orchestration.metrics.snapshot import read_snapshot
from orchestration.settings import load_settings

TIMES = 20
MOST_MILLISECONDS = 500.0
NOWHERE = "postgresql://nobody:x@127.0.0.1:1/none"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0, help="go on for that long")
    arguments = parser.parse_args()
    dsn = load_settings().postgres.reader_dsn
    with_lake, whole = scraped(dsn, None)
    taken: list[float] = []
    refused = 0
    ends_at = time.monotonic() + arguments.seconds
    while len(taken) + refused < TIMES or time.monotonic() < ends_at:
        try:
            milliseconds, whole = scraped(dsn, whole.lake)
            taken.append(milliseconds)
        except (DatabaseUnavailable, psycopg.Error) as error:
            refused += 1
            print(f"scrape: {error}")
        time.sleep(1 if arguments.seconds else 0)
    started = time.perf_counter()
    up = next(iter(PqrCollector(NOWHERE, Path("/")).collect())).samples[0].value
    away = 1000 * (time.perf_counter() - started)
    met = [
        result("scrape_with_lake", with_lake, "ms"),
        result("scrape_median", statistics.median(taken), "ms", at_most=MOST_MILLISECONDS),
        result("scrape_slowest", max(taken), "ms"),
        result("scrape_statements", whole.queries, "statements"),
        result("scrapes", len(taken), "scrapes"),
        result("scrapes_refused", refused, "scrapes", at_most=0),
        result("scrape_database_down", away, "ms"),
        result("database_up_without_one", up, "up", at_most=0),
    ]
    return 0 if all(met) else 1


def scraped(dsn: str, lake: tuple[LakeLayer, ...] | None) -> tuple[float, Snapshot]:
    """Milliseconds of a scrape, connection included, and what it read."""
    started = time.perf_counter()
    snapshot = read_snapshot(dsn, lake)
    list(families(snapshot))
    return 1000 * (time.perf_counter() - started), snapshot


if __name__ == "__main__":
    raise SystemExit(main())
