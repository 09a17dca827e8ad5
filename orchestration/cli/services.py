"""`pqr up`, `down`, `status`, `doctor`, `env`: the embedded services."""

import json
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.options import path_option
from orchestration.errors import PqrError, ServiceUnavailable, UsageError
from orchestration.settings import Settings, load_settings
from orchestration.settings.variables import isolate_process
from orchestration.wording import counted


def register(app: typer.Typer) -> None:
    """Add the service commands to `app`."""
    for command in (up, down, status, doctor, env):
        app.command()(command)


def up() -> None:
    """Start S3, PostgreSQL and Prefect's server, or check those that the environment names.

    Example: pqr up
    """
    from orchestration.services.lifecycle import up as bring_up

    bring_up(load_settings(), typer.echo)


def down(
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Also delete every object and the database.")
    ] = False,
    home: Annotated[
        Path | None, path_option(help="With --delete-data: the home to delete, named again.")
    ] = None,
) -> None:
    """Stop the embedded S3 and PostgreSQL, and Prefect's server. Their data stays.

    A run that is at work is named: it ends, and its command goes on where it ended.

    Example: pqr down
    """
    from orchestration.services import lifecycle

    settings = load_settings()
    current = settings.home
    if home is not None and not delete_data:
        raise UsageError("--home goes with --delete-data; PQR_HOME chooses the home to stop")
    if not delete_data:
        _say_who_works(settings)
        lifecycle.down(current, typer.echo)
        return
    # A forgotten PQR_HOME would delete another home than the one that was meant.
    if home is None or not _is(home, current):
        raise UsageError(
            f"--delete-data would delete the data of {current}: "
            f"if you mean that, `pqr down --delete-data --home {shlex.quote(str(current))}`"
        )
    lifecycle.delete(current, typer.echo)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")] = False,
) -> None:
    """Show where the services are and whether they answer. Exit code 3 when one does not.

    Example: pqr status --json
    """
    from orchestration.services import health

    found = health.status(load_settings())
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        for name, title in (("s3", "S3"), ("postgres", "PostgreSQL"), ("prefect", "Prefect")):
            _show(title, found[name])
    if not found["healthy"]:
        raise typer.Exit(ServiceUnavailable.exit_code)


def doctor() -> None:
    """Look at everything a run needs, and say what to do about each problem.

    Example: pqr doctor
    """
    from orchestration.services.doctor import Finding, examine, examine_environment

    settings, findings = examine_environment()
    if settings is not None:
        findings += examine(settings)
        for name, check in (("dask", _dask), ("prefect", _prefect)):
            try:
                findings.append(Finding(name, 0, check(settings)))
            except PqrError as error:
                findings.append(Finding(name, error.exit_code, str(error)))
    for finding in findings:
        typer.echo(f"{finding.name:<11} {finding.state:<8} {finding.detail}")
    raise typer.Exit(max(finding.exit_code for finding in findings))


def env() -> None:
    """Print shell commands that give another program the same services.

    Example: eval "$(pqr env)" && dbt build
    """
    from orchestration.services.prefect_server import prefect_exports

    settings = load_settings()
    is_embedded = settings.s3.is_embedded or settings.postgres.is_embedded
    if is_embedded and not settings.has_secrets:
        raise ServiceUnavailable(f"{settings.home} has no services yet: `pqr up`")
    exports = {
        **settings.exports(),
        **settings.iceberg_exports(),
        **prefect_exports(settings),
    }
    # A libpq or an AWS client would heed these beside the exports.
    for name in isolate_process():
        # No shell has a variable of another name, and would end at the first that it is to unset.
        is_of_shell = name.isascii() and name.isidentifier()
        if is_of_shell and name.startswith(("PG", "AWS_")) and name not in exports:
            typer.echo(f"unset {name}")
    for name, value in exports.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


def _is(named: Path, home: Path) -> bool:
    with suppress(RuntimeError):  # of a user whom nobody knows
        return named.expanduser().resolve() == home
    return False


def _say_who_works(settings: Settings) -> None:
    """Name the runs that lose their services."""
    import psycopg

    from orchestration.meta.control import connect
    from orchestration.meta.working import runs_at_work
    from orchestration.services.homes import running_postgres

    if not settings.postgres.is_embedded or running_postgres(settings.home) is None:
        return
    # A database that has no schema yet, or takes no login: then nobody works in it.
    with suppress(PqrError, psycopg.Error), connect(settings, context="pqr down") as connection:
        for run in runs_at_work(connection):
            typer.echo(
                f"{'Run':<12} {run.run_id} ({run.date_min} to {run.date_max}, attempt"
                f" {run.attempt}) is at work and loses its services: after `pqr up` its command"
                " goes on where it ended"
            )


def _dask(settings: Settings) -> str:
    if settings.dask_scheduler is None:
        return "no scheduler is named: each command starts workers of its own"
    from orchestration.cluster import dask_client

    with dask_client(settings) as client:
        workers = len(client.scheduler_info()["workers"])
    how = "TLS" if settings.dask.tls else "plain TCP, as PQR_DASK_ALLOW_PLAIN_TCP says"
    return f"{settings.dask_scheduler} answers over {how} and has {counted(workers, 'worker')}"


def _prefect(settings: Settings) -> str:
    from orchestration.cli.prefect_environment import check_settings, require_home
    from orchestration.services.health import check_prefect
    from orchestration.services.homes import running_prefect
    from orchestration.services.prefect_server import wait_until_ready

    require_home(settings.home)
    check_settings()
    if settings.prefect_api_url is None and running_prefect(settings.home) is None:
        return "no server is running, and runs do not need one: `pqr up` starts one that shows them"
    if settings.prefect_api_url is None:
        wait_until_ready(settings)  # `pqr up` returns while it starts
    return f"{check_prefect(settings)} answers"


def _show(title: str, service: object) -> None:
    if isinstance(service, dict):
        state = "up" if service["healthy"] else "down"
        pid = f", pid {service['pid']}" if service["pid"] else ""
        typer.echo(f"{title:<12} {state:<6} {service['endpoint']}  {service['mode']}{pid}")
        if service["detail"]:
            typer.echo(f"{'':<12} {service['detail']}")
