"""`pqr schedule`: the daily flow by the clock, on a Prefect server of our own if none is named."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from orchestration.cli.prefect_environment import require_prefect, server_guards
from orchestration.errors import ServiceUnavailable, UsageError
from orchestration.settings import Settings, exported, load_settings
from orchestration.settings.environment import names_prefect_server

_START_SECONDS = 180
_STOP_SECONDS = 20


class ServerNotStarted(ServiceUnavailable):
    """The Prefect server did not start."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("schedule")(schedule)


def schedule(
    cron: Annotated[
        str, typer.Option(help="When, in five fields of cron, in the time of Bogotá.")
    ] = "0 5 * * *",
    port: Annotated[
        int,
        typer.Option(
            min=1024, max=65535, help="Of the Prefect server that is started if none is named."
        ),
    ] = 4200,
) -> None:
    """Serve the flows to Prefect: pqr-daily every day at five, the others when they are asked for.

    Uses the server of PREFECT_API_URL, or starts one on this machine. Runs until Ctrl-C.

    Example: pqr schedule --cron "30 4 * * *"
    """
    settings = load_settings()
    # Prefect reads the environment when it is imported, and not again.
    guards = {} if names_prefect_server() else server_guards(f"http://127.0.0.1:{port}")
    environment = {**_server_environment(settings), **guards}
    with exported(environment, override=False):
        require_prefect()
        from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

        _check_cron(cron)
        with (
            _server(settings, port, PREFECT_API_URL.value()) as url,
            temporary_settings({PREFECT_API_URL: url}),
        ):
            from orchestration.flows.deployments import serve_forever

            typer.echo(f"Prefect {url.removesuffix('/api')}: pqr-daily at {cron} (America/Bogota)")
            if guards:
                login = PREFECT_API_AUTH_STRING.value()
                typer.echo(f"Its page asks for: {login.get_secret_value() if login else ''}")
            serve_forever(cron)


def _check_cron(cron: str) -> None:
    from prefect.schedules import Cron

    try:
        Cron(cron, timezone="America/Bogota")
    except ValueError:
        raise UsageError(
            f'--cron "{cron}" is not a cron expression: write it as "0 5 * * *"'
        ) from None


def _server_environment(settings: Settings) -> dict[str, str]:
    return {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _server(settings: Settings, port: int, named: str | None) -> Iterator[str]:
    """The API of the server that is named, or of one that lives as long as this command."""
    if named is not None:
        yield named
        return
    url = f"http://127.0.0.1:{port}/api"
    if _answers(url):
        raise UsageError(
            f"port {port} answers already: set PREFECT_API_URL={url} to use that server,"
            " or choose another port with --port"
        )
    log = settings.home / "logs" / "prefect-server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # The page asks this address; its default is that of port 4200.
    page = {
        "PREFECT_UI_API_URL": url,
        "PREFECT_SERVER_UI_API_URL": url,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }
    with log.open("w", encoding="utf-8") as file, exported(page):
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "prefect", "server", "start"),
                *("--host", "127.0.0.1", "--port", str(port)),
            ],
            stdout=file,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for this command, which ends the server after the flow.
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not _answers(url):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise ServerNotStarted(f"the Prefect server did not start: see {log}")
                time.sleep(0.5)
            yield url
        finally:
            server.terminate()
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 -- loopback
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
