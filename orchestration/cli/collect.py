"""`pqr gc`: what nobody needs any more, in the lake and in the sandboxes."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.options import hours
from orchestration.errors import UsageError
from orchestration.wording import counted

if TYPE_CHECKING:
    import psycopg

    from orchestration.settings import Settings

Delete = Annotated[bool, typer.Option("--delete", help="Remove; without it only list.")]


def gc(
    delete: Delete = False,
    older_than: Annotated[float, typer.Option(help="Age in hours; younger objects stay.")] = 24.0,
    superseded: Annotated[
        bool, typer.Option("--superseded", help="Also what only superseded builds name.")
    ] = False,
    sandbox: Annotated[
        str | None,
        typer.Option(help="Instead: what `dbt build` left under this USER or PQR_SANDBOX."),
    ] = None,
    publications: Annotated[
        bool, typer.Option("--publications", help="Instead: publications beside the live one.")
    ] = False,
) -> None:
    """Tell, or with --delete remove, what dead attempts and superseded builds left in the bucket.

    With --sandbox: the objects under dev/USER/ and the schemas dev_USER_*, and nothing else. With
    --publications: what `pqr publish` could go back to, with its rows in PostgreSQL.

    Example: pqr gc --older-than 48 --delete
    """
    from orchestration.meta.control import connect
    from orchestration.settings import load_settings

    if publications and (sandbox is not None or superseded):
        raise UsageError("--publications goes alone: leave --sandbox and --superseded out")
    age = hours("--older-than", older_than)
    settings = load_settings()
    with connect(settings, context="pqr gc") as connection:
        if publications:
            _publications(connection, delete=delete)
        elif sandbox is None:
            _lake(settings, connection, age, delete=delete, superseded=superseded)
        else:
            _sandbox(settings, connection, sandbox, age, delete=delete)


def _lake(
    settings: "Settings",
    connection: "psycopg.Connection",
    age: timedelta,
    *,
    delete: bool,
    superseded: bool,
) -> None:
    from orchestration.lake.store import ObjectStore
    from orchestration.verify.collect import collect
    from orchestration.verify.ownership import require_own_bucket
    from orchestration.verify.sandbox import sandboxes
    from orchestration.verify.tables import expire_snapshots

    require_own_bucket(ObjectStore(settings.s3), connection)
    # First: a snapshot that is taken out names nothing any more.
    expired = expire_snapshots(
        settings, connection, delete=delete, older_than=age, superseded=superseded
    )
    found = collect(settings, connection, delete=delete, older_than=age, superseded=superseded)
    for facts in found.objects:
        typer.echo(f"{facts.size:>12,}  {facts.key}")
    verb = "would be removed" if found.is_dry_run else "removed"
    kept = f"; {len(found.busy)} kept, their world is being worked on" if found.busy else ""
    typer.echo(f"{counted(len(found.objects), 'object')}, {found.size / 1e6:,.1f} MB {verb}{kept}")
    if expired.snapshots or expired.objects:
        typer.echo(
            f"Iceberg: {counted(expired.snapshots, 'snapshot')} of publications that are not kept,"
            f" {counted(len(expired.objects), 'metadata file')} {verb}"
        )
    if found.is_dry_run and (found.objects or expired.snapshots or expired.objects):
        typer.echo("nothing was removed: add --delete")
    for user, left in sandboxes(settings, connection).items():
        typer.echo(
            f"sandbox of {user}: {counted(len(left.objects), 'object')}, {left.size / 1e6:,.1f} MB,"
            f" {counted(len(left.schemas), 'schema')}: `pqr gc --sandbox {user}`"
        )


def _publications(connection: "psycopg.Connection", *, delete: bool) -> None:
    from orchestration.publication.batches import exclusive_publication
    from orchestration.publication.publish import collect
    from orchestration.publication.switch import earlier_publications

    with exclusive_publication(connection):
        found = earlier_publications(connection)
        if delete and found:
            collect(connection, keep=1)
    for publication_id, run_id, last_day in found:
        typer.echo(f"publication {publication_id}  run {run_id}  data to {last_day}")
    verb = "removed" if delete else "would be removed"
    typer.echo(f"{counted(len(found), 'publication')} {verb}")
    if found and not delete:
        typer.echo("nothing was removed: add --delete")


def _sandbox(
    settings: "Settings",
    connection: "psycopg.Connection",
    user: str,
    age: timedelta,
    *,
    delete: bool,
) -> None:
    from orchestration.verify.sandbox import remove_sandbox, sandbox_of, sandboxes

    found = sandbox_of(sandboxes(settings, connection), user)
    if delete:
        remove_sandbox(settings, connection, found, older_than=age)
    for facts in found.objects:
        typer.echo(f"{facts.size:>12,}  {facts.key}")
    for schema in found.schemas:
        typer.echo(f"{'schema':>12}  {schema}")
    verb = "removed" if delete else "would be removed"
    typer.echo(
        f"{counted(len(found.objects), 'object')}, {found.size / 1e6:,.1f} MB,"
        f" {counted(len(found.schemas), 'schema')} {verb}"
    )
    if not delete:
        typer.echo("nothing was removed: add --delete")
