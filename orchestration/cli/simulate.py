"""`pqr simulate`: a world to look at, in a folder, or as raw events of the lake."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.live import RunView
from orchestration.cli.options import (
    Config,
    Days,
    End,
    Scenario,
    Seed,
    Start,
    day,
    integer,
    last_day,
    path_option,
)
from orchestration.cli.streams import LastingConsole
from orchestration.errors import UsageError
from orchestration.wording import counted

if TYPE_CHECKING:
    from orchestration.flows.request import RunRequest


def register(app: typer.Typer) -> None:
    """Add `pqr simulate` to `app`."""
    app.command("simulate")(simulate)


def simulate(
    start: Start = None,
    end: End = None,
    days: Days = None,
    seed: Seed = None,
    scenario: Scenario = None,
    config: Config = None,
    preview: Annotated[bool, typer.Option("--preview", help="Draw it, write nothing.")] = False,
    to: Annotated[Path | None, path_option(help="Write into this folder, not the lake.")] = None,
) -> None:
    """Simulate a range of days: preview it, write it to a folder, or commit it as raw.

    Example: pqr simulate --preview --scenario spike --days 60
    """
    if preview and to is not None:
        raise UsageError("--preview writes nothing: leave out --to, or --preview")
    from orchestration.flows.request import RunRequest
    from simulator.config import load_config
    from simulator.errors import SimulationError

    first = day("--start", start)
    request = RunRequest(
        seed=integer("--seed", seed),
        start=first,
        end=last_day(first, day("--end", end), days, config, scenario),
        scenario=scenario,
        config=config,
    )
    if not preview and to is None:
        _commit(request)
        return
    try:
        world = load_config(config, scenario=scenario, seed=request.seed)
        begin = request.start or world.start
        finish = request.end or begin + timedelta(days=29)
        if to is not None:
            from simulator.write import write_folder

            typer.echo(f"{counted(len(write_folder(world, begin, finish, to)), 'object')} in {to}")
        else:
            from simulator.preview import preview as drawn

            typer.echo(drawn(world, begin, finish))
    except SimulationError as error:
        raise UsageError(str(error)) from None


def _commit(request: "RunRequest") -> None:
    from orchestration.flows.single import commit_raw
    from orchestration.settings import load_settings

    with RunView(LastingConsole(stderr=True), quiet=False) as view:
        run, outcome = commit_raw(load_settings(), request, view.show)
    typer.echo(f"run {run.run_id}: {counted(outcome.rows, 'event')}, {outcome.note}")
