"""Whether a world without faults raises an alarm: ten seeds, each run to its publication.

    python -m benchmarks.clean_worlds [--seeds 10] [--days 10]

Every run has its own services, bucket and database beside those that are up, and deletes them.
"""

import argparse
import os
import subprocess
import sys

import psycopg

from benchmarks.home import new_home
from benchmarks.results import result
from orchestration.services import lifecycle

FIRST_SEED = 101


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--days", type=int, default=10)
    options = parser.parse_args()
    alarms = checks = published = 0
    for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
        with new_home() as settings:
            lifecycle.up(settings)
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "orchestration.cli", "run", "--quiet"),
                    *("--seed", str(seed), "--days", str(options.days)),
                ],
                env={**os.environ, **settings.exports(), "PQR_HOME": str(settings.home)},
                check=False,
            )
            found, raised = checks_of(settings.postgres.dsn)
        published += done.returncode == 0
        checks += found
        alarms += len(raised)
        print(f"seed {seed}: {found} checks, {', '.join(raised) or 'no alarm'}", flush=True)
    result("clean_worlds_checks", checks, "checks")
    met = (
        result("clean_worlds_published", published, "worlds", at_least=options.seeds),
        result("clean_worlds_false_alarms", alarms, "checks", at_most=0),
    )
    return 0 if all(met) else 1


def checks_of(dsn: str) -> tuple[int, list[str]]:
    """How many checks ran, and the names of those that did not pass and were not skipped."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "select dataset, check_name, result, value from meta.data_quality"
        ).fetchall()
    raised = [
        f"{outcome} {dataset}.{name} {value}"
        for dataset, name, outcome, value in rows
        if outcome not in ("PASS", "SKIPPED")
    ]
    return len(rows), raised


if __name__ == "__main__":
    sys.exit(main())
