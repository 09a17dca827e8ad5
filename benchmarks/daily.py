"""What a daily run costs on a long lake, and what making the lake costs: `make bench-daily`.

Makes a lake of 180 days as one run, on its own services, then the next day with `pqr daily`.
Figures are totals: wall time, and CPU time of the command, its workers, PostgreSQL and S3. Beside
them stands what is left without start-up, which is what a day of twenty cases costs: imports,
parsing, workers, every model and every check with almost no rows.

    python -m benchmarks.daily [--days 180] [--first 2025-09-01]
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg

from benchmarks.home import new_home
from benchmarks.processes import ROOT, watched
from benchmarks.results import result
from orchestration.errors import WorkFailed
from orchestration.services import lifecycle
from orchestration.settings import Settings

CONFIG = ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"
MEAN = "mean_per_day: 1150"
MOST_OF_A_REBUILD = 0.2
# On a quiet machine of two cores.
DAY_SECONDS, DAY_CPU = 25, 30
LAKE_SECONDS, LAKE_CPU_PER_MILLION = 120, 60


@dataclass(frozen=True)
class Cost:
    """Wall time and CPU time of a command, in seconds."""

    seconds: float
    cpu: float

    def net_of(self, start: "Cost") -> "Cost":
        return Cost(self.seconds - start.seconds, self.cpu - start.cpu)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2025, 9, 1))
    arguments = parser.parse_args()
    with new_home() as settings:
        lifecycle.up(settings)
        is_met = measure(settings, arguments.first, arguments.days)
    return 0 if is_met else 1


def measure(settings: Settings, first: date, days: int) -> bool:
    """Time both and print how they compare; return whether the targets are met."""
    small = settings.home / "small.yaml"
    small.write_text(CONFIG.read_text(encoding="utf-8").replace(MEAN, "mean_per_day: 20"))
    start = [first.isoformat(), (first + timedelta(days=1)).isoformat()]
    timed(settings, "daily", "--day", start[0], "--config", str(small))  # tests the code, too
    started = timed(settings, "daily", "--day", start[1], "--config", str(small))
    print(f"start-up {started.seconds:8.1f} s {started.cpu:8.1f} s CPU", flush=True)
    whole = ("run", "--start", first.isoformat(), "--days", str(days))
    day = ("daily", "--day", (first + timedelta(days=days)).isoformat())
    totals = {}
    for name, command in (("rebuild", whole), ("day", day)):
        totals[name] = cost = timed(settings, *command)
        print(f"{name:<8} {cost.seconds:8.1f} s {cost.cpu:8.1f} s CPU", flush=True)
        for step, seconds in steps(settings):
            print(f"  {step:<8} {seconds:6.1f} s", flush=True)
    return report(totals, started, million_events(settings, days))


def report(totals: dict[str, Cost], started: Cost, millions: float) -> bool:
    """Print totals against their targets, and what they are without start-up."""
    day, lake = totals["day"], totals["rebuild"]
    met = result("daily_day_seconds", day.seconds, "s", at_most=DAY_SECONDS)
    met &= result("daily_day_cpu", day.cpu, "s", at_most=DAY_CPU)
    met &= result("daily_rebuild_seconds", lake.seconds, "s", at_most=LAKE_SECONDS)
    name = "daily_rebuild_cpu_per_million_events"
    met &= result(name, lake.cpu / millions, "s", at_most=LAKE_CPU_PER_MILLION)
    for measure_name, unit in (("seconds", "s"), ("cpu", "s")):
        nets = {name: getattr(cost.net_of(started), measure_name) for name, cost in totals.items()}
        for name, net in nets.items():
            result(f"daily_{name}_{measure_name}_net_of_start_up", net, unit)
        name = f"daily_{measure_name}_to_rebuild_net_of_start_up"
        met &= result(name, nets["day"] / nets["rebuild"], "ratio", at_most=MOST_OF_A_REBUILD)
    return met


def steps(settings: Settings) -> list[tuple[str, float]]:
    """The layers of the last run and their seconds."""
    with psycopg.connect(settings.postgres.dsn) as connection:
        rows = connection.execute(
            "select task, seconds from meta.task_runs where status = 'SUCCEEDED' and run_id ="
            " (select run_id from meta.etl_runs order by finished_at desc limit 1) order by 1"
        ).fetchall()
    return [(str(task), float(seconds)) for task, seconds in rows]


def million_events(settings: Settings, days: int) -> float:
    """Events of the run of `days` days, in millions."""
    with psycopg.connect(settings.postgres.dsn) as connection:
        row = connection.execute(
            "select bronze_rows from meta.etl_runs where date_max - date_min + 1 = %s", [days]
        ).fetchone()
    return float(row[0]) / 1e6 if row else 0.0


def timed(settings: Settings, *arguments: str) -> Cost:
    """Run a command of pqr to its end."""
    usage = watched(settings.home, (*arguments, "--quiet"), settings.exports())
    if usage.exit_code != 0:
        raise WorkFailed(f"`pqr {' '.join(arguments)}` ended {usage.exit_code}")
    return Cost(usage.seconds, usage.cpu_seconds)


if __name__ == "__main__":
    sys.exit(main())
