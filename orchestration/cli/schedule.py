"""`pqr schedule`: the daily flow by the clock, on the server of PREFECT_API_URL or of the home."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from orchestration.errors import UsageError
from orchestration.settings import Settings, exported, load_settings
from orchestration.wording import shown

_CRON_FIELDS = 5


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("schedule")(schedule)


def schedule(
    cron: Annotated[
        str, typer.Option(help="When, in five fields of cron, in the time of Bogotá.")
    ] = "0 5 * * *",
    port: Annotated[
        int | None,
        typer.Option(min=1024, max=65535, help="Of the Prefect server, where this starts one."),
    ] = None,
) -> None:
    """Serve the flows to Prefect: pqr-daily every day at five, the others when they are asked for.

    Uses the server of PREFECT_API_URL, or that of `pqr up`; where neither is there, one of its own
    that ends with it. Runs until Ctrl-C.

    Example: pqr schedule --cron "30 4 * * *"
    """
    from orchestration.cli.prefect_environment import check_settings, require_home
    from orchestration.services import prefect_server
    from orchestration.services.lock import schedule_lock

    settings = load_settings()
    require_home(settings.home)
    environment = prefect_server.client_environment(settings)
    del environment["PREFECT_LOGGING_LEVEL"]  # what it serves is to be seen
    # Prefect reads the environment when it is imported, and not again: it says which variable is
    # malformed before anything is started.
    with exported(environment, override=False):
        check_settings()
        _check_cron(cron)
        with (
            schedule_lock(settings.home),
            _server(settings, port) as login,
            exported(login, override=False),
        ):
            from prefect.settings import (
                PREFECT_API_AUTH_STRING,
                PREFECT_API_URL,
                temporary_settings,
            )

            url = login["PREFECT_API_URL"]
            chosen = {PREFECT_API_URL: url}
            if "PREFECT_API_AUTH_STRING" in login:
                chosen[PREFECT_API_AUTH_STRING] = login["PREFECT_API_AUTH_STRING"]
            with temporary_settings(chosen):
                from orchestration.flows.deployments import serve_forever

                logging.getLogger("prefect").setLevel(logging.INFO)
                where = url.removesuffix("/api")
                typer.echo(f"Prefect {where}: pqr-daily at {cron} (America/Bogota)")
                if PREFECT_API_AUTH_STRING in chosen:
                    typer.echo("Its page asks for the PREFECT_API_AUTH_STRING of `pqr env`")
                serve_forever(cron)


def _check_cron(cron: str) -> None:
    from prefect.schedules import Cron

    with suppress(ValueError):
        Cron(cron, timezone="America/Bogota")
        # Prefect takes a sixth field for seconds.
        if cron.startswith("@") or len(cron.split()) == _CRON_FIELDS:
            return
    raise UsageError(
        f"--cron {shown(cron)} is not a cron expression of {_CRON_FIELDS} fields: write it as"
        ' "0 5 * * *"'
    )


@contextmanager
def _server(settings: Settings, port: int | None) -> Iterator[dict[str, str]]:
    """What a client needs to call the server; one that was started here ends with the block."""
    from orchestration.services import lifecycle, prefect_server

    if settings.prefect_api_url is not None:
        prefect_server.require_answer(settings.prefect_api_url)
        yield {"PREFECT_API_URL": settings.prefect_api_url}
        return
    settings, is_started = lifecycle.up_prefect(settings, port)
    try:
        url = prefect_server.wait_until_ready(settings)
        if url is None:
            raise prefect_server.ended(settings)
        yield prefect_server.login_environment(settings, url)
    finally:
        if is_started:
            prefect_server.halt(settings.home)
