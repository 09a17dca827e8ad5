"""The command tree. Commands import what they need when they run, so that `pqr --help` is quick."""

import sys

import typer

from orchestration.cli import (
    dashboard,
    delivery,
    lake,
    metabase,
    metrics,
    publication,
    quality,
    run,
    services,
    simulate,
)
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
    simulate,
    publication,
    quality,
    lake,
    delivery,
    metrics,
    metabase,
    dashboard,
):
    room.register(app)


def main() -> None:
    """Run the command line; an expected error becomes one line on stderr and its exit code."""
    try:
        app()
    except PqrError as error:
        print(f"pqr: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("pqr: interrupted", file=sys.stderr)
        sys.exit(130)
