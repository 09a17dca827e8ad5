"""`pqr dashboard`: the pages for directors, analysts, process owners and auditors."""

import importlib.util
from typing import Annotated

import typer

from orchestration.cli.options import Address
from orchestration.errors import UsageError, installing
from orchestration.settings import load_settings

DEFAULT_PORT = 8501


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(dashboard)


def dashboard(
    address: Address = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="STREAMLIT_PORT", min=1, max=65535, help="Port to listen on.")
    ] = DEFAULT_PORT,
) -> None:
    """Serve the pages of what is published, in Spanish and English.

    Example: pqr dashboard --port 8601
    """
    if importlib.util.find_spec("streamlit") is None:
        raise UsageError(f"streamlit is not installed: {installing('dashboard')}")
    from orchestration.dashboard.server import serve

    serve(load_settings(), address, port)
