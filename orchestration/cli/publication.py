"""`pqr publish`, `pqr runs`: which run people see, and going back to an earlier one."""

import json
from functools import partial
from typing import Annotated, Any

import typer

from orchestration.cli.last_resort import plain
from orchestration.cli.tables import datasets_of
from orchestration.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the publication commands to `app`."""
    for command in (publish, runs):
        app.command()(command)


def publish(
    run_id: Annotated[
        str,
        typer.Option(
            "--run-id", help="A run that `pqr runs` marks with * or +, or how its id begins."
        ),
    ],
) -> None:
    """Make an earlier publication the live one: one row changes, and the Iceberg tables follow.

    Example: pqr publish --run-id 6f0d
    """
    from orchestration.lake.committed import find_run_id
    from orchestration.lake.journal import write_entry
    from orchestration.lake.store import ObjectStore
    from orchestration.meta.control import connect
    from orchestration.publication.publish import register_tables
    from orchestration.publication.switch import switch_back

    settings = load_settings()
    with connect(settings, context="pqr publish") as connection:
        record = partial(write_entry, ObjectStore(settings.s3), connection, reason="switch")
        live = switch_back(connection, find_run_id(connection, run_id), record)
        typer.echo(f"run {live.run_id} is live: {live.status}, data to {live.last_day}")
        if registered := register_tables(settings, connection, datasets_of(settings)):
            typer.echo(registered)


def runs(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
) -> None:
    """List the runs, the newest first: * is live, + can be made live by `pqr publish`.

    Example: pqr runs --json
    """
    from orchestration.meta.control import connect
    from orchestration.publication.runs import list_runs

    with connect(load_settings(), context="pqr runs") as connection:
        found = list_runs(connection)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    elif not found:
        typer.echo("no runs yet: `pqr run` makes the first one")
    for row in [] if as_json else found:
        typer.echo(plain(_line(row)))


def _line(row: dict[str, Any]) -> str:
    mark = "*" if row["is_live"] else "+" if row["can_switch"] else " "
    seconds = row["duration_seconds"]
    took = f"{seconds:8.1f} s" if seconds is not None else " " * 10
    text = (
        f"{mark} {row['run_id']}  {row['status']:<9}  {row['date_min']}..{row['date_max']}"
        f"  try {row['attempt']}{took}  silver {row['silver_rows'] or 0:>9,}"
        f"  gold {row['gold_rows'] or 0:>7,}"
    )
    text += f"  world {row['world_name']}" if row["world_name"] else f"  seed {row['seed']}"
    return f"{text}  {row['error']}" if row["error"] else text
