"""`pqr metrics`: runs, layers, checks and KPIs for Prometheus."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.cli.options import Address
from orchestration.settings import load_settings

DEFAULT_PORT = 9464
DEFAULT_KEEP_SECONDS = 5.0


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(metrics)


def metrics(
    once: Annotated[bool, typer.Option("--once", help="Print the metrics and end.")] = False,
    address: Address = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = DEFAULT_PORT,
    keep: Annotated[
        float, typer.Option(min=0, help="Seconds for which what was read is shown again.")
    ] = DEFAULT_KEEP_SECONDS,
) -> None:
    """Serve the state of runs, the checks and the published KPIs at /metrics.

    Example: pqr metrics --once | grep pqr_run_state
    """
    from orchestration.metrics.exporter import Exporter, PqrCollector, exposition

    settings = load_settings()
    reader_dsn = settings.postgres.reader_dsn
    if once:
        typer.echo(exposition(reader_dsn, settings.home), nl=False)
        return

    def log(line: str) -> None:
        typer.echo(f"{datetime.now(UTC).isoformat(timespec='seconds')} metrics: {line}", err=True)

    collector = PqrCollector(reader_dsn, settings.home, keep, log)
    with Exporter(collector, address, port) as exporter:
        typer.echo(f"metrics at {exporter.url} (Ctrl-C ends)")
        exporter.wait()
