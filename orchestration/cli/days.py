"""`pqr daily`, `pqr backfill`: days as runs of their own, one line each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.live import RunView
from orchestration.cli.options import (
    AllowGap,
    AsJson,
    Config,
    Days,
    End,
    NewWorld,
    NoServer,
    Quiet,
    ReplaceLive,
    Scenario,
    Seed,
    Start,
    day,
    first_day,
    integer,
    last_day,
)
from orchestration.cli.run import say_where_shown
from orchestration.cli.streams import LastingConsole
from orchestration.errors import UsageError
from orchestration.progress import Progress
from orchestration.wording import counted, shown

if TYPE_CHECKING:
    from orchestration.flows.request import DaysReport


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (daily, backfill):
        app.command()(command)


def daily(
    logical_day: Annotated[
        str | None, typer.Option("--day", help="This day alone, YYYY-MM-DD.")
    ] = None,
    most_days: Annotated[
        int, typer.Option("--most-days", help="How many missing days to catch up with at most.")
    ] = 31,
    seed: Seed = None,
    scenario: Scenario = None,
    config: Config = None,
    allow_gap: AllowGap = False,
    new_world: NewWorld = False,
    replace_live: ReplaceLive = False,
    no_prefect_server: NoServer = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Continue the world: each day that is not published yet, up to yesterday, as a run.

    What is published is asked of the lake, so that it catches up whatever happened. Repeated, it
    does nothing.

    Example: pqr daily --day 2025-09-05
    """
    wanted = day("--day", logical_day)
    if most_days < 1:
        raise UsageError(f"--most-days {most_days} must be at least 1")
    chosen: dict[str, Any] = {
        "day": wanted,
        "most_days": most_days,
        "seed": integer("--seed", seed),
        "scenario": scenario,
        "config": config,
        "allow_gap": allow_gap,
        "new_world": new_world,
        "replace_live": replace_live,
    }

    def work(progress: Progress) -> "DaysReport":
        from orchestration.flows.daily import daily_flow
        from orchestration.flows.request import DailyRequest
        from orchestration.flows.shown import call_flow

        return call_flow(daily_flow(progress), DailyRequest(**chosen))

    _show(work, is_shown=not no_prefect_server, quiet=quiet, as_json=as_json)


def backfill(
    start: Start = None,
    end: End = None,
    days: Days = None,
    chunk_days: Annotated[int, typer.Option("--chunk-days", help="Days of each run.")] = 1,
    concurrency: Annotated[
        int, typer.Option(help="How many runs make their raw events at the same time.")
    ] = 2,
    shuffle_seed: Annotated[
        str | None, typer.Option("--shuffle-seed", help="Make them in this random order.")
    ] = None,
    publish: Annotated[
        str, typer.Option(help="end: once, with the last run; each: after each run.")
    ] = "end",
    seed: Seed = None,
    scenario: Scenario = None,
    config: Config = None,
    allow_gap: AllowGap = False,
    new_world: NewWorld = False,
    replace_live: ReplaceLive = False,
    no_prefect_server: NoServer = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Carry a range of days through every layer as runs of a day, in one process.

    Raw events are made first, several runs at the same time; the layers after them run by run,
    in the order of the days. Repeated, it goes on where it ended.

    Example: pqr backfill --start 2025-09-01 --end 2025-09-07 --concurrency 2
    """
    first = day("--start", start)
    last = last_day(first, day("--end", end), days, config, scenario)
    if last is None:
        raise UsageError("--end or --days is missing: which days are to be filled?")
    for name, value, most in (
        ("--chunk-days", chunk_days, 366),
        ("--concurrency", concurrency, 32),
    ):
        if not 1 <= value <= most:
            raise UsageError(f"{name} {value} is not from 1 to {most}")
    if publish not in ("end", "each"):
        raise UsageError(f"--publish {shown(publish)} is neither end nor each")
    chosen: dict[str, Any] = {
        "start": first or first_day(config, scenario),
        "end": last,
        "chunk_days": chunk_days,
        "concurrency": concurrency,
        "publish": publish,
        "shuffle_seed": integer("--shuffle-seed", shuffle_seed),
        "seed": integer("--seed", seed),
        "scenario": scenario,
        "config": config,
        "allow_gap": allow_gap,
        "new_world": new_world,
        "replace_live": replace_live,
    }

    def work(progress: Progress) -> "DaysReport":
        from orchestration.flows.backfill import backfill_flow
        from orchestration.flows.request import BackfillRequest
        from orchestration.flows.shown import call_flow

        return call_flow(backfill_flow(progress), BackfillRequest(**chosen))

    _show(work, is_shown=not no_prefect_server, quiet=quiet, as_json=as_json)


def _show(
    work: "Callable[[Progress], DaysReport]", *, is_shown: bool, quiet: bool, as_json: bool
) -> None:
    """Run a flow of many runs with its progress, then print how it ended."""
    from orchestration.cli.prefect_environment import prefect_environment
    from orchestration.settings import load_settings

    console, settings = LastingConsole(stderr=as_json), load_settings()
    with (
        prefect_environment(settings, is_wanted=is_shown) as unshown,
        RunView(console, quiet=quiet, log_format=settings.log_format) as view,
    ):
        report = work(view.show)
    if as_json:
        print(report.model_dump_json())
        return
    if quiet:
        return
    if report.runs:
        last = report.runs[-1]
        changed = sum(run.changed for run in report.runs)
        console.print(
            f"{counted(len(report.runs), 'run')}, {changed} changed something; published to"
            f" {last.date_max} ({last.status}).",
            highlight=False,
            soft_wrap=True,
        )
    if report.note:
        console.print(report.note, highlight=False, soft_wrap=True)
    say_where_shown(console, unshown)
