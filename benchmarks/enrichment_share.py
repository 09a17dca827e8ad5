"""What a whole run costs with enrichment and without: the first run of a home, as `make run` is.

    python -m benchmarks.enrichment_share [--days 30]

CPU-seconds are those of all processes, servers included; of two rounds the cheaper counts.
"""

import argparse
import sys

from benchmarks.home import new_home
from benchmarks.results import result
from benchmarks.startup import timed
from orchestration.services import lifecycle
from orchestration.settings import exported, load_settings

DAYS = 30
ROUNDS = 2
MOST_TIMES_WITHOUT = 1.2


def bench(days: int) -> bool:
    """CPU-seconds of the first run of a home, servers included, with enrichment and without."""
    cpu: dict[str, list[float]] = {"off": [], "on": []}
    for choice in ("off", "on") * ROUNDS:
        cpu[choice].append(first_run_cpu(days, choice))
    for choice, found in cpu.items():
        result(f"enrichment_{choice}_run_cpu", min(found), "CPU-seconds")
    times = min(cpu["on"]) / min(cpu["off"])
    return result("enrichment_share_of_run", times, "times", at_most=MOST_TIMES_WITHOUT)


def first_run_cpu(days: int, choice: str) -> float:
    """CPU-seconds of a run in a new home; `choice` as PQR_ENRICHMENT has it."""
    with new_home() as settings:
        lifecycle.up(settings)
        with exported({"PQR_ENRICHMENT": choice}):
            own = load_settings({"PQR_HOME": str(settings.home)})
            return timed(own, "run", "--days", str(days))[1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    sys.exit(0 if bench(parser.parse_args().days) else 1)
