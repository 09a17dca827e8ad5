"""`pqr logs`: what happened in one run, in order."""

from typing import Annotated

import typer

from orchestration.cli.last_resort import plain
from orchestration.errors import UsageError
from orchestration.wording import shown


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(logs)


def logs(
    run_id: Annotated[
        str | None,
        typer.Argument(help="A run of `pqr runs`, or how its id begins; the latest if left out."),
    ] = None,
    layer: Annotated[str, typer.Option(help="Such as silver.")] = "",
    level: Annotated[str, typer.Option(help="info, warning or error, and above.")] = "info",
    attempt: Annotated[int, typer.Option(help="One attempt; 0: all.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object per line.")] = False,
) -> None:
    """Tell the story of a run: steps, models, checks and errors of every attempt, in order.

    Example: pqr logs 6f0d --layer silver --level warning
    """
    from orchestration.lake.committed import find_run_id, known_run, latest_run_id
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings
    from orchestration.story import LAYERS, LEVELS, read_story

    if layer and layer not in LAYERS:
        raise UsageError(f"--layer {shown(layer)} is not one of {', '.join(LAYERS)}")
    if level not in LEVELS:
        raise UsageError(f"--level {shown(level)} is not one of {', '.join(LEVELS)}")
    settings = load_settings()
    wanted = LEVELS[LEVELS.index(level) :]
    with connect(settings, context="pqr logs") as connection:
        found = find_run_id(connection, run_id) if run_id is not None else latest_run_id(connection)
        run, _ = known_run(connection, found)
        story = read_story(settings, connection, run)
    for line in story:
        if line.level not in wanted or (layer and line.layer != layer):
            continue
        if attempt and line.attempt != attempt:
            continue
        if as_json:
            print(line.as_json(run))
        else:
            at = line.at.strftime("%Y-%m-%d %H:%M:%S")
            number = "" if line.attempt is None else f"#{line.attempt}"
            where = f"{number:<3} {line.level:<7} {line.layer:<10} {line.source:<18}"
            print(f"{at}  {where} {plain(line.text)}".rstrip())
