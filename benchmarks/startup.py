"""What it costs to have nothing to do, and to begin: `make bench-startup`.

Makes a small lake on its own services, then times the same command again (nothing to do), the next
small run (twenty cases a day, so that its cost is what every run pays before its first event), a
search, and the imports of which a run's start consists. Figures are totals as a user pays them:
wall time, and CPU time of the command, its workers, S3, PostgreSQL and Prefect.

    python -m benchmarks.startup [--days 30]
"""

import argparse
import resource
import subprocess
import sys
import time

from benchmarks.home import new_home
from benchmarks.processes import ROOT, watched
from benchmarks.results import result
from orchestration.errors import WorkFailed
from orchestration.services import lifecycle, prefect_server
from orchestration.settings import Settings, load_settings

CONFIG = ROOT / "simulator" / "config" / "pqrs_simulation_v1.yaml"
MEAN = "mean_per_day: 1150"
MOST_IDLE_SECONDS, MOST_IDLE_CPU = 2.5, 2.0
MOST_SEARCH_SECONDS = 2.0
MOST_IDLE_SECONDS_LONG, LONG_DAYS = 4.0, 180
IMPORTS = (
    ("command", "orchestration.cli.app"),
    ("answer", "orchestration.cli.app, orchestration.flows.answered"),
    ("prefect", "prefect"),
    ("flows", "orchestration.flows.run"),
    ("dask", "distributed"),
    ("dbt", "dbt.cli.main"),
    ("great_expectations", "great_expectations"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    days = parser.parse_args().days
    for name, modules in IMPORTS:
        cpu = min(_import_cpu(modules) for _ in range(2))
        result(f"startup_import_{name}_cpu", cpu, "s")
    with new_home() as settings:
        started = time.monotonic()
        lifecycle.up(settings)
        result("startup_up_seconds", time.monotonic() - started, "s")
        prefect_server.wait_until_ready(settings)
        result("startup_prefect_ready_seconds", time.monotonic() - started, "s")
        is_met = measure(load_settings({"PQR_HOME": str(settings.home)}), days)
    return 0 if is_met else 1


def measure(settings: Settings, days: int) -> bool:
    """Time the runs and print them; return whether the targets are met."""
    small = settings.home / "small.yaml"
    small.write_text(CONFIG.read_text(encoding="utf-8").replace(MEAN, "mean_per_day: 20"))
    first = ("run", "--days", "1", "--config", str(small))
    second = ("run", "--start", "2025-09-02", "--days", "1", "--config", str(small))
    timed(settings, *first)  # tests the code, too
    for name, command in (
        ("small_run", second),
        ("small_run_without_prefect", ("run", "--start", "2025-09-03", *second[3:])),
    ):
        more = ("--no-prefect-server",) if name.endswith("prefect") else ()
        seconds, cpu = timed(settings, *command, *more)
        result(f"startup_{name}_seconds", seconds, "s")
        result(f"startup_{name}_cpu", cpu, "s")
    world = ("run", "--days", str(days))
    timed(settings, *world)
    idle = [timed(settings, *world) for _ in range(3)]
    most = MOST_IDLE_SECONDS if days < LONG_DAYS else MOST_IDLE_SECONDS_LONG
    seconds, cpu = (min(figures) for figures in zip(*idle, strict=True))
    met = result(f"startup_nothing_to_do_{days}_days_seconds", seconds, "s", at_most=most)
    met &= result(f"startup_nothing_to_do_{days}_days_cpu", cpu, "s", at_most=MOST_IDLE_CPU)
    search = ("search", "me cobraron dos veces", "--limit", "3")
    seconds, _ = timed(settings, *search)
    result(f"startup_first_search_{days}_days_seconds", seconds, "s")
    seconds = min(timed(settings, *search)[0] for _ in range(3))
    most = MOST_SEARCH_SECONDS if days < LONG_DAYS else None
    return met & result(f"startup_search_{days}_days_seconds", seconds, "s", at_most=most)


def timed(settings: Settings, *arguments: str) -> tuple[float, float]:
    """Run a command of pqr to its end; wall time and CPU time in seconds."""
    quiet = ("--quiet",) if arguments[0] == "run" else ()
    usage = watched(settings.home, (*arguments, *quiet), {}, is_silent=not quiet)
    if usage.exit_code != 0:
        raise WorkFailed(f"`pqr {' '.join(arguments)}` ended {usage.exit_code}")
    return usage.seconds, usage.cpu_seconds


def _import_cpu(modules: str) -> float:
    before = _children()
    subprocess.run([sys.executable, "-c", f"import {modules}"], cwd=ROOT, check=True)
    return _children() - before


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
