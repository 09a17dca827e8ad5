"""`pqr backup`, `pqr restore`: the control plane as a file, or rebuilt from the bucket."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.options import place
from orchestration.errors import UsageError
from orchestration.settings import load_settings
from orchestration.wording import counted


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (backup, restore):
        app.command()(command)


def backup(
    file: Annotated[
        Path, typer.Argument(parser=place, help="Where the dump goes; it must not exist.")
    ],
) -> None:
    """Write the control plane and what is served into a file. The bucket is its own copy.

    Example: pqr backup pqr-2025-10-01.dump
    """
    from orchestration.backup.dump import write_dump

    typer.echo(write_dump(load_settings(), file))


def restore(
    file: Annotated[
        Path | None, typer.Argument(parser=place, help="A dump of `pqr backup`.")
    ] = None,
    from_bucket: Annotated[
        bool, typer.Option("--from-bucket", help="Rebuild it from the bucket alone.")
    ] = False,
    journal: Annotated[
        str | None,
        typer.Option(help="With --from-bucket: another journal than the one written last."),
    ] = None,
) -> None:
    """Fill an empty control plane from a dump, or rebuild it from the bucket alone.

    Example: pqr restore --from-bucket
    """
    settings = load_settings()
    if from_bucket == (file is not None):
        raise UsageError("name a dump of `pqr backup`, or --from-bucket: one of the two")
    if file is not None:
        if journal is not None:
            raise UsageError("--journal goes with --from-bucket: a dump knows its journal")
        from orchestration.backup.dump import read_dump

        typer.echo(read_dump(settings, file))
        return
    from orchestration.backup.from_bucket import restore_from_bucket

    done = restore_from_bucket(settings, typer.echo, journal)
    live = f"run {done.live_run_id} is live" if done.live_run_id else "nothing was published"
    typer.echo(
        f"restored in {done.seconds:.1f} s: {counted(done.runs, 'run')},"
        f" {counted(done.manifests, 'manifest')},"
        f" {counted(done.publications, 'publication')}; {live}"
    )
