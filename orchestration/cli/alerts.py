"""`pqr alerts`: try the way from Alertmanager to whoever is told, and an example at its end."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from orchestration.cli.last_resort import plain
from orchestration.errors import UsageError
from orchestration.wording import shown

DEFAULT_PORT = 9465
DEFAULT_ALERTMANAGER = "http://127.0.0.1:9093"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    alerts = typer.Typer(help="Try alerts: send one, and see what a webhook gets.")
    alerts.command("test")(send)
    alerts.command()(receive)
    app.add_typer(alerts, name="alerts")


def send(
    alertmanager: Annotated[str, typer.Option(help="Its address.")] = DEFAULT_ALERTMANAGER,
    severity: Annotated[str, typer.Option(help="critical or warning.")] = "warning",
) -> None:
    """Send the alert PqrTest through Alertmanager; it ends by itself after two minutes.

    Example: pqr alerts test --severity critical
    """
    from orchestration.metrics.alerts import TEST_ALERT, send_test

    if severity not in ("critical", "warning"):
        raise UsageError(f"--severity {shown(severity)} is neither critical nor warning")
    receivers = send_test(alertmanager, severity)
    typer.echo(
        f"{TEST_ALERT} ({severity}) sent to {alertmanager};"
        f" it goes to {', '.join(receivers) or 'nobody: look at its routes'}"
    )


def receive(
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = DEFAULT_PORT,
) -> None:
    """Print what Alertmanager sends: an example of a webhook, one line per alert.

    Example: pqr alerts receive --port 9465
    """
    import threading

    from orchestration.metrics.alerts import Notification, receiver

    def show(notification: Notification) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        typer.echo(f"{at} {plain(notification.line())}")

    with receiver(address, port, show) as server:
        host, taken = server.server_address[:2]
        typer.echo(f"waiting for alerts at http://{host!s}:{taken} (Ctrl-C ends)")
        threading.Event().wait()
