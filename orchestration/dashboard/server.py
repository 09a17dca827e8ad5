"""Starting Streamlit on the page: no telemetry, no file watcher, nothing to deploy."""

import os
import sys
from pathlib import Path

from orchestration.errors import ServiceUnavailable
from orchestration.settings import Settings

PAGE = Path(__file__).with_name("app.py")
OPTIONS = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
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


class StreamlitMissing(ServiceUnavailable):
    """Streamlit cannot be started."""


def command(address: str, port: int) -> list[str]:
    """The command line that serves the page."""
    own = {"server.address": address, "server.port": str(port), **OPTIONS}
    options = [f"--{name}={value}" for name, value in own.items()]
    return [sys.executable, "-m", "orchestration.dashboard", "run", str(PAGE), *options]


def serve(settings: Settings, address: str, port: int) -> None:
    """Become the Streamlit server; the page reads the same environment. Does not return.

    Raises:
        StreamlitMissing: It cannot be executed.
    """
    print(f"dashboard at http://{address}:{port} (home {settings.home}; Ctrl-C ends)", flush=True)
    try:
        # In this process' place: whoever stops us stops the server.
        os.execv(sys.executable, command(address, port))  # noqa: S606 - our own Python
    except OSError as error:
        raise StreamlitMissing(f"streamlit cannot be started: {error}") from error
