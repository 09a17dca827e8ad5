"""`pqr run`: the flow with its progress and a closing summary."""

from typing import TYPE_CHECKING

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
    Quiet,
    Scenario,
    Seed,
    Start,
    day,
    integer,
    last_day,
)

if TYPE_CHECKING:
    from orchestration.flows.request import RunReport


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
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Carry a range of days through every layer and publish it.

    Without options: the first 30 days of the default world. Repeated, it finds what is committed
    and changes nothing; after a failure it goes on at the first layer that is not committed.

    Example: pqr run --start 2025-09-01 --days 7
    """
    first = day("--start", start)
    last = last_day(first, day("--end", end), days)
    from orchestration.cli.prefect_environment import prefect_environment
    from orchestration.settings import load_settings

    settings = load_settings()
    console = Console(stderr=as_json)
    with prefect_environment(settings):
        from orchestration.flows.request import RunRequest, plan
        from orchestration.flows.run import run_flow

        request = RunRequest(
            seed=integer("--seed", seed),
            start=first,
            end=last,
            scenario=scenario,
            config=config,
            allow_gap=allow_gap,
            new_world=new_world,
        )
        planned = plan(request)[1]
        if not quiet:
            console.print(
                f"Run {planned.run_id}  {planned.date_min} to {planned.date_max}"
                f"  seed {planned.world.seed}",
                highlight=False,
            )
        with RunView(console, quiet=quiet) as view:
            report = run_flow(view.show)(request)
    if as_json:
        print(report.model_dump_json())
    elif not quiet:
        _summary(console, report)


def _summary(console: Console, report: "RunReport") -> None:
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
