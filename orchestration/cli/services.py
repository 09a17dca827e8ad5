"""`pqr up`, `down`, `status`, `doctor`, `env`: the embedded services."""

import typer


def register(app: typer.Typer) -> None:
    """Add the service commands to `app`."""
