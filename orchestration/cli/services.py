"""`pqr up`, `down`, `status`, `doctor`, `env`: the embedded services."""

from typing import Annotated

import typer

from orchestration.settings import load_settings


def register(app: typer.Typer) -> None:
    """Add the service commands to `app`."""
    app.command()(up)
    app.command()(down)
    app.command()(env)


def up() -> None:
    """Start S3 and PostgreSQL, or check those that the environment names.

    Example: pqr up
    """
    from orchestration.services.lifecycle import up as bring_up

    bring_up(load_settings(), typer.echo)


def down(
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Also delete every object and the database.")
    ] = False,
) -> None:
    """Stop the embedded S3 and PostgreSQL. Their data stays.

    Example: pqr down
    """
    from orchestration.services.lifecycle import delete
    from orchestration.services.lifecycle import down as take_down

    home = load_settings().home
    if delete_data:
        delete(home, typer.echo)
    else:
        take_down(home, typer.echo)


def env() -> None:
    """Print shell exports that give another program the same services.

    Example: eval "$(pqr env)" && dbt build
    """
    import shlex

    for name, value in load_settings().exports().items():
        typer.echo(f"export {name}={shlex.quote(value)}")
