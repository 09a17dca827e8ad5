"""`pqr run`: the flow with its progress and a closing summary."""

import contextlib
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from orchestration.cli.live import RunView
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from orchestration.flows.request import RunReport


def register(app: typer.Typer) -> None:
    """Add `pqr run` to `app`."""
    app.command("run")(run)


def run(
    start: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")] = None,
    end: Annotated[str | None, typer.Option(help="Last day, included.")] = None,
    days: Annotated[int | None, typer.Option(help="How many days, instead of --end.")] = None,
    seed: Annotated[str | None, typer.Option(help="Seed of the world, an integer.")] = None,
    scenario: Annotated[str | None, typer.Option(help="calm, spike, understaffed, ...")] = None,
    config: Annotated[Path | None, typer.Option(help="Another simulation configuration.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Errors alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Carry a range of days through every layer and publish it.

    Without options: the first 30 days of the default world. Repeated, it finds what is committed
    and changes nothing; after a failure it goes on at the first layer that is not committed.

    Example: pqr run --start 2025-09-01 --days 7
    """
    first, last = _day("--start", start), _day("--end", end)
    if days is not None:
        last = _last_day(first, last, days)
    from orchestration.cli.prefect_environment import prefect_environment
    from orchestration.settings import load_settings

    settings = load_settings()
    console = Console(stderr=as_json)
    with prefect_environment(settings):
        from orchestration.flows.progress import listener
        from orchestration.flows.request import RunRequest
        from orchestration.flows.run import plan, pqr_run

        request = RunRequest(
            seed=_integer("--seed", seed), start=first, end=last, scenario=scenario, config=config
        )
        planned = plan(request)[1]
        if not quiet:
            console.print(
                f"Run {planned.run_id}  {planned.date_min} to {planned.date_max}"
                f"  seed {planned.world.seed}",
                highlight=False,
            )
        view = RunView(console, quiet=quiet)
        token = listener.set(view.show)
        try:
            with view:
                report = pqr_run(request)
        finally:
            listener.reset(token)
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
        )
    console.print("Next:")
    for command, meaning in (
        ("pqr runs", "every run, and which one is live"),
        ("pqr verify", "walk the chain from the published tables to the raw bytes"),
        ('eval "$(pqr env)"; psql "$PQR_POSTGRES_DSN"', "query gold.*, silver.*, meta.*"),
        ("dbt docs generate --select 'fqn:*' && dbt docs serve", "lineage and columns"),
    ):
        console.print(f"  {command:<55} {meaning}", highlight=False, markup=False, soft_wrap=True)


def _day(option: str, value: str | None) -> date | None:
    if value is None:
        return None
    with contextlib.suppress(ValueError):
        return datetime.strptime(value, "%Y-%m-%d").date()
    raise UsageError(f"{option} {value} is no day: write it as 2025-09-01")


def _integer(option: str, value: str | None) -> int | None:
    if value is None:
        return None
    with contextlib.suppress(ValueError):
        return int(value)
    raise UsageError(f"{option} {value} is no integer: a seed is a whole number such as 42")


def _last_day(first: date | None, last: date | None, days: int) -> date:
    from datetime import timedelta

    from simulator.config import load_config

    if last is not None:
        raise UsageError("--days and --end say the same thing: give one of them")
    if days < 1:
        raise UsageError(f"--days {days} must be at least 1")
    return (first or load_config().start) + timedelta(days=days - 1)
