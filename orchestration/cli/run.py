"""`pqr run`: the flow with its progress and a closing summary."""

import json
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

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
    integer,
    last_day,
)
from orchestration.cli.streams import LastingConsole

if TYPE_CHECKING:
    import psycopg

    from orchestration.flows.answered import Answer
    from orchestration.flows.request import RunReport
    from orchestration.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `pqr run` to `app`."""
    app.command("run")(run)


def run(
    start: Start = None,
    end: End = None,
    days: Days = None,
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
    """Carry a range of days through every layer and publish it.

    Without options: the first 30 days of the default world. Repeated, it finds what is committed
    and changes nothing; after a failure it goes on at the first layer that is not committed.

    Example: pqr run --start 2025-09-01 --days 7
    """
    first = day("--start", start)
    last = last_day(first, day("--end", end), days, config, scenario)
    from orchestration.flows.answered import answer, fingerprint
    from orchestration.settings import load_settings

    settings = load_settings()
    console = LastingConsole(stderr=as_json)
    request = {
        "seed": integer("--seed", seed),
        "start": first,
        "end": last,
        "scenario": scenario,
        "config": config,
        "allow_gap": allow_gap,
        "new_world": new_world,
        "replace_live": replace_live,
    }
    # Before the run: code that is edited meanwhile is not the code that it ran.
    key = fingerprint(settings, request, config)
    found = answer(settings, key)
    if found is None:
        _work(settings, console, request, key, not no_prefect_server, quiet, as_json)
        return
    is_text = settings.log_format == "text" and not as_json
    if is_text and not quiet:
        _say_run(console, found.report["run_id"], *found.days, found.seed)
    if not quiet and not as_json:
        with RunView(console, quiet=quiet, log_format=settings.log_format) as view:
            for event in found.events():
                view.show(event)
    if not is_text:
        print(json.dumps(found.report, separators=(",", ":")))
    elif not quiet:
        _summary(console, found)


def _work(
    settings: "Settings",
    console: Console,
    chosen: dict[str, Any],
    key: str,
    is_shown: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run the flow with its progress, and print how it ended."""
    # All this is imported while Prefect's server may still be starting.
    from orchestration.cli.prefect_environment import prefect_environment
    from orchestration.flows.answered import remember
    from orchestration.flows.request import RunRequest, plan
    from orchestration.flows.run import run_flow
    from orchestration.flows.shown import call_flow

    request = RunRequest(**chosen)
    planned = plan(request)[1]
    seed = planned.world.seed
    is_text = settings.log_format == "text"
    if not quiet and is_text:
        _say_run(console, planned.run_id, planned.date_min, planned.date_max, seed)

    def keep(connection: "psycopg.Connection", report: "RunReport") -> None:
        remember(settings, key, connection, report.model_dump(mode="json"), seed)

    with (
        prefect_environment(settings, is_wanted=is_shown) as unshown,
        RunView(console, quiet=quiet, log_format=settings.log_format) as view,
    ):
        report = call_flow(run_flow(view.show, remember=keep), request)
    if as_json or not is_text:
        print(report.model_dump_json())
    elif not quiet:
        _summary(console, report)
        say_where_shown(console, unshown)


def _say_run(console: Console, run_id: object, first: object, last: object, seed: int) -> None:
    console.print(f"Run {run_id}  {first} to {last}  seed {seed}", highlight=False)


def say_where_shown(console: Console, unshown: str) -> None:
    """Print where Prefect's page shows the command, or why it does not."""
    from orchestration.flows.shown import lost, page

    said = unshown
    if page():
        said = f"Prefect: {page()} (its login: PREFECT_API_AUTH_STRING of `pqr env`)"
    if lost():
        said = f"Prefect's server was lost, so its page stops here: {lost()}; `pqr up` starts it"
    console.print(said, highlight=False, markup=False, soft_wrap=True)


def _summary(console: Console, report: "RunReport | Answer") -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    for kpi in report.kpis:
        table.add_row(kpi.name, kpi.value, kpi.meaning)
    console.print()
    console.print(table)
    console.print()
    if report.changed:
        console.print(f"Published ({report.status}), attempt {report.attempt}.", highlight=False)
    else:
        console.print(
            f"Nothing changed: every layer was committed and this publication is live"
            f" ({report.status}), attempt {report.attempt}.",
            highlight=False,
            soft_wrap=True,
        )
    console.print("Next:")
    for command, meaning in (
        ("pqr runs", "every run, and which one is live"),
        ("pqr quality --html quality.html", "every check: a table, one page, the Data Docs"),
        ("pqr verify", "walk the chain from the published tables to the raw bytes"),
        ('eval "$(pqr env)"; psql "$PQR_POSTGRES_DSN"', "query gold.*, silver.*, meta.*"),
        ("dbt docs generate --select 'fqn:*' && dbt docs serve", "lineage and columns"),
    ):
        console.print(f"  {command:<55} {meaning}", highlight=False, markup=False, soft_wrap=True)
