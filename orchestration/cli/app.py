"""The command tree. Commands import what they need when they run, so that `pqr --help` is quick."""

import gc
import importlib.metadata
import io
import os
import signal
import sys
import warnings
from typing import Annotated, NoReturn

import typer

from orchestration.cli import (
    alerts,
    backup,
    dashboard,
    days,
    delivery,
    dictionary,
    lake,
    logs,
    metabase,
    metrics,
    models,
    publication,
    quality,
    report,
    run,
    schedule,
    search,
    services,
    simulate,
    sql,
    summary,
    tables,
)
from orchestration.cli.interrupts import heed_signals
from orchestration.cli.last_resort import last_resort, plain
from orchestration.cli.streams import flush_output, open_closed_streams
from orchestration.errors import PqrError, ServiceUnavailable
from orchestration.settings.variables import isolate_process

app = typer.Typer(
    name="pqr",
    help="PQR Hybrid Lakehouse: from raw citizen petitions to published KPIs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    # Text of users is shown as it is, never as markup.
    rich_markup_mode=None,
)
for room in (
    services,
    run,
    days,
    schedule,
    simulate,
    publication,
    backup,
    logs,
    quality,
    report,
    lake,
    tables,
    sql,
    search,
    summary,
    delivery,
    dictionary,
    metrics,
    alerts,
    metabase,
    models,
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
    """Run the command line; every error becomes one line on stderr and an exit code."""
    # Most of what lives are modules, and they live to the end: looking through them for garbage,
    # again and again and once more at the end, takes seconds of a short run.
    gc.set_threshold(20_000, 20, 20)
    interrupted_by = heed_signals()
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows its number.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # What a command writes holds what citizens wrote, in PQR_HOME and where an option says.
    os.umask(0o077)
    isolate_process()
    if any(action == "error" for action, *_ in warnings.filters):
        warnings.resetwarnings()  # PYTHONWARNINGS=error is meant for another program
    try:
        app()
    except PqrError as error:
        cause = _cause(error)
        _end(str(cause), cause.exit_code)
    except (KeyboardInterrupt, SystemExit):
        if not interrupted_by:
            raise
        _end_interrupted(interrupted_by[0])
    except Exception as error:
        # The signal may have ended what this command still wanted to speak to.
        if interrupted_by:
            _end_interrupted(interrupted_by[0])
        _end(*last_resort(error))
    finally:
        gc.freeze()
        if unwritten := flush_output():
            _end(unwritten, 1)


def _cause(error: PqrError) -> PqrError:
    """The error, or what is behind it: a port of this home at which another one's server answers.

    That server refuses our passwords, and a refused password says nothing of the port.
    """
    if isinstance(error, ServiceUnavailable):
        from orchestration.services.health import require_own
        from orchestration.services.process import PortTaken
        from orchestration.settings import load_settings

        if isinstance(error, PortTaken):
            return error
        try:
            require_own(load_settings())
        except PqrError as cause:
            return cause if isinstance(cause, ServiceUnavailable) else error
    return error


def _end_interrupted(by: signal.Signals) -> NoReturn:
    _end(f"ended by {by.name}; the same command goes on where it ended", 128 + by)


def _end(message: str, exit_code: int) -> NoReturn:
    print(f"pqr: {plain(message)}", file=sys.stderr)
    sys.exit(exit_code)
