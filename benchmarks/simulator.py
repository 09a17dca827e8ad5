"""What it costs to simulate 181 days of PQRS, and how two workers share it.

CPU-seconds are those of the tasks, JSON lines written to a local folder; the cost of the cluster
and of its workers' imports is printed separately. The runs with one and with
two workers alternate, so that a busy machine slows both equally.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import dask
from distributed import Client, LocalCluster

from benchmarks.results import result
from orchestration.cluster import WORKER_CONFIG
from simulator.config import load_config
from simulator.world import blocks

DAYS = 181
MOST_CPU_SECONDS = 2.0
MOST_MEGABYTES = 1_000
LEAST_SPEEDUP = 1.7


@dataclass(frozen=True)
class Share:
    """What one task did: events written, CPU-seconds, and the peak memory of its process."""

    events: int
    cpu_seconds: float
    megabytes: float


def warm_up() -> None:
    """Import what a task needs and read the phrases: a worker's start, not its work."""
    import simulator.write  # noqa: F401 -- for its cost
    from simulator.world import simulate

    config = load_config()
    for _ in simulate(config, config.start, config.start):
        pass


def write_block(first: date, last: date, target: str) -> Share:
    """Simulate a block of days and write its objects."""
    from simulator.world import simulate
    from simulator.write import write_object

    began = time.process_time()
    events = 0
    for raw in simulate(load_config(), first, last):
        write_object(raw, Path(target))
        events += raw.events
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return Share(events, time.process_time() - began, peak)


def run(workers: int, days: int, target: str) -> tuple[list[Share], float, float]:
    """Simulate the days on so many workers; shares, seconds of work, seconds of start."""
    config = load_config()
    parts = blocks(config, config.start, config.start + timedelta(days=days - 1), 2)
    began = time.monotonic()
    with (
        dask.config.set(WORKER_CONFIG),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        client.run(warm_up)
        started = time.monotonic()
        futures = [client.submit(write_block, a, b, target, pure=False) for a, b in parts]
        shares = client.gather(futures)
        return list(shares), time.monotonic() - started, started - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    ratios, costs, peak, events = [], [], 0.0, 0
    with tempfile.TemporaryDirectory(prefix="pqrs-bench-") as target:
        # A virtual machine finds a page of memory when it is first written to, at ten times what
        # writing it costs. That is no cost of the simulator, so the files are written before.
        shares, _, _ = run(2, options.days, target)
        print(f"first round, files and memory new: {_cost(shares):.2f} CPU-s a million")
        for pair in range(options.pairs):
            seconds = {}
            for workers in (1, 2):
                shares, seconds[workers], start = run(workers, options.days, target)
                events = sum(share.events for share in shares)
                costs.append(_cost(shares))
                peak = max(peak, *(share.megabytes for share in shares))
                print(
                    f"pair {pair + 1}, {workers} worker(s): {events:,} events in"
                    f" {seconds[workers]:.1f} s, {costs[-1]:.2f} CPU-s a million;"
                    f" start of the cluster {start:.1f} s",
                    flush=True,
                )
            ratios.append(seconds[1] / seconds[2])
    # Other work of the machine only adds to a cost: the lowest of the rounds is nearest to it.
    cost, speedup = min(costs), statistics.median(ratios)
    result("simulator_cost_median", statistics.median(costs), "CPU-seconds/million_events")
    result("simulator_events", events, "events")
    met = (
        result("simulator_cost", cost, "CPU-seconds/million_events", at_most=MOST_CPU_SECONDS),
        result("simulator_peak_memory", peak, "MB/process", at_most=MOST_MEGABYTES),
        result("simulator_two_workers", speedup, "times_one", at_least=LEAST_SPEEDUP),
    )
    return 0 if all(met) else 1


def _cost(shares: list[Share]) -> float:
    events = sum(share.events for share in shares)
    return sum(share.cpu_seconds for share in shares) / events * 1e6


if __name__ == "__main__":
    sys.exit(main())
