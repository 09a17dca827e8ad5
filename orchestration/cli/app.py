"""The command tree. Commands import what they need when they run, so that `pqr --help` is quick."""

import importlib.metadata
import sys
from typing import Annotated

import typer

from orchestration.cli import (
    dashboard,
    days,
    delivery,
    dictionary,
    lake,
    metabase,
    metrics,
    publication,
    quality,
    run,
    schedule,
    services,
    simulate,
)
from orchestration.cli.interrupts import heed_signals
from orchestration.errors import PqrError

app = typer.Typer(
    name="pqr",
    help="PQR Hybrid Lakehouse: from raw citizen petitions to published KPIs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for room in (
    services,
    run,
    days,
    schedule,
    simulate,
    publication,
    quality,
    lake,
    delivery,
    dictionary,
    metrics,
    metabase,
    dashboard,
):
    room.register(app)


def show_version(wanted: bool) -> None:
    """Print the installed version and end; nothing when it is not asked for."""
    if wanted:
        print(importlib.metadata.version("pqr-hybrid-lakehouse"))
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line; an expected error becomes one line on stderr and its exit code."""
    interrupted_by = heed_signals()
    try:
        app()
    except PqrError as error:
        print(f"pqr: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, SystemExit):
        if not interrupted_by:
            raise
        name = interrupted_by[0].name
        print(f"pqr: ended by {name}; the same command goes on where it ended", file=sys.stderr)
        sys.exit(128 + interrupted_by[0])
