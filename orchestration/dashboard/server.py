"""Starting Streamlit on the page: no telemetry, no file watcher, nothing to deploy."""

import os
import socket
import sys
from pathlib import Path

from orchestration.errors import ServiceUnavailable
from orchestration.settings import Settings

PAGE = Path(__file__).with_name("app.py")
_OPTIONS: dict[str, str | bool] = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False,
    # The menu holds the choice between light and dark; the browser's own is the usual one.
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "theme.baseRadius": "8px",
    "theme.light.primaryColor": "#1d6f8a",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f4f7f8",
    "theme.light.textColor": "#24343d",
    "theme.light.borderColor": "#dfe6e9",
    "theme.dark.primaryColor": "#5fb3cc",
    "theme.dark.backgroundColor": "#10181c",
    "theme.dark.secondaryBackgroundColor": "#1b262c",
    "theme.dark.textColor": "#e4ecef",
    "theme.dark.borderColor": "#33424a",
}


class AddressUnavailable(ServiceUnavailable):
    """Nobody can listen there: the port is taken, or the address is not of this machine."""


class StreamlitMissing(ServiceUnavailable):
    """Streamlit cannot be started."""


def options(address: str, port: int) -> dict[str, str | bool | int]:
    """Streamlit's options by name."""
    return {"server.address": address, "server.port": port, **_OPTIONS}


def serve(settings: Settings, address: str, port: int) -> None:
    """Become the Streamlit server; the page reads the same environment. Does not return.

    Raises:
        AddressUnavailable: Another process listens there, or the address is not ours.
        StreamlitMissing: It cannot be executed.
    """
    _require_free(address, port)
    print(f"dashboard at http://{address}:{port} (home {settings.home}; Ctrl-C ends)", flush=True)
    command = [sys.executable, "-m", "orchestration.dashboard", address, str(port)]
    try:
        # In this process' place: whoever stops us stops the server.
        os.execv(sys.executable, command)  # noqa: S606 - our own Python
    except OSError as error:
        raise StreamlitMissing(f"streamlit cannot be started: {error}") from error


def _require_free(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server does: a connection that is closing does not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as error:
            raise AddressUnavailable(
                f"the dashboard cannot listen on {address}:{port} ({error.strerror}): choose"
                " another with --port or --address"
            ) from None
