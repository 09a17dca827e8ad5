"""`pqr metrics`: runs, layers, checks and KPIs for Prometheus."""

from typing import Annotated

import typer

from orchestration.settings import load_settings

DEFAULT_PORT = 9464


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(metrics)


def metrics(
    once: Annotated[bool, typer.Option("--once", help="Print the metrics and end.")] = False,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = DEFAULT_PORT,
) -> None:
    """Serve the state of runs, the checks and the published KPIs at /metrics.

    Example: pqr metrics --once | grep pqr_run_state
    """
    from orchestration.metrics.exporter import Exporter, exposition

    reader_dsn = load_settings().postgres.reader_dsn
    if once:
        typer.echo(exposition(reader_dsn), nl=False)
        return
    with Exporter(reader_dsn, address, port) as exporter:
        typer.echo(f"metrics at {exporter.url} (Ctrl-C ends)")
        exporter.wait()
