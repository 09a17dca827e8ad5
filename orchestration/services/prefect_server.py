"""The Prefect server of a home: one process on loopback, its SQLite file under PQR_HOME.

It takes seconds to start, so nobody waits for it before there is something to show
(`wait_until_ready`). Nothing depends on it: without it a run is as good, and is not shown.
"""

import base64
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from orchestration.errors import ServiceUnavailable, UsageError
from orchestration.services import ports, prefect_schema
from orchestration.services.homes import PREFECT_APP, running_prefect
from orchestration.services.process import (
    NotReady,
    PortTaken,
    Process,
    StartFailed,
    spawn,
    stop,
    tail,
)
from orchestration.settings import DEFAULT_PREFECT_PORT, Settings

READY_SECONDS = 180.0  # on a machine that may be busy; of another version it makes the database
_ANSWER_SECONDS = 5
_STOP_STEPS = ((signal.SIGTERM, 10.0),)


class PrefectUnavailable(ServiceUnavailable):
    """The Prefect server that the environment names does not answer."""


def state_folder(home: Path) -> Path:
    """Where the server, and Prefect in every command, keep their state."""
    return home / "prefect"


def log_file(home: Path) -> Path:
    """What the server of `home` says."""
    return home / "logs" / "prefect.log"


def port_of(process: Process) -> int:
    """The port on the server's command line."""
    return int(process.argv[process.argv.index("--port") + 1])


def page_url(port: int) -> str:
    """The address of the page; the API is below it, at /api."""
    return f"http://127.0.0.1:{port}"


def start(settings: Settings, port: int) -> bool:
    """Start the server without waiting for it; False when it is up, or on its way, already.

    Raises:
        PortTaken: PQR_PREFECT_PORT names a port on which another process listens.
        StartFailed: It cannot be started.
    """
    process = running_prefect(settings.home)
    if process is not None:
        if state_folder(settings.home).exists() and not _takes_other_login(settings, process):
            return False
        halt(settings.home)  # its home was deleted under it, or made again
    ports.require_free(wanted_port(port))
    folder = state_folder(settings.home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prefect_schema.prepare(folder)
    log = log_file(settings.home)
    try:
        spawn(_command(folder, port), log=log, environment=_environment(settings, port))
    except OSError as error:
        raise StartFailed(f"the Prefect server cannot be started: {error}") from error
    return True


def wanted_port(port: int) -> ports.Wanted:
    """The port on which the server is to listen."""
    return ports.Wanted("Prefect", "PQR_PREFECT_PORT", range(port, port + 1))


def chosen_port(settings: Settings) -> int:
    """The port to start at: the one asked for, else the last one if it is free, else a free one.

    Nothing is configured to look for the server at a port, so none need be kept free for it.

    Raises:
        UsageError: The server runs at another port than the one asked for.
    """
    process = running_prefect(settings.home)
    if process is not None:
        port = port_of(process)
        if settings.is_prefect_port_asked and settings.prefect_port != port:
            raise UsageError(
                f"Prefect of {settings.home} runs on port {port}, PQR_PREFECT_PORT asks for"
                f" {settings.prefect_port}: `pqr down` first, or unset PQR_PREFECT_PORT"
            )
        return port
    last = settings.prefect_port
    if last is not None and (settings.is_prefect_port_asked or ports.is_free(last)):
        return last
    return ports.free_base(DEFAULT_PREFECT_PORT, 1)


def halt(home: Path) -> bool:
    """Stop the server of `home`; False when none ran."""
    process = running_prefect(home)
    if process is None:
        return False
    stop(process, _STOP_STEPS)
    return True


def wait_until_ready(settings: Settings) -> str | None:
    """The address of the home's server once it answers; None when it does not run.

    Raises:
        NotReady: It lives but does not answer in time.
        StartFailed: It ended while it started; the message has its last words.
    """
    process = running_prefect(settings.home)
    if process is None:
        return None
    url = page_url(port_of(process))
    deadline = time.monotonic() + READY_SECONDS
    log = log_file(settings.home)
    while (reason := unhealthy(f"{url}/api")) is not None:
        if running_prefect(settings.home) is None:
            raise ended(settings)
        if time.monotonic() > deadline:
            raise NotReady(f"the Prefect server at {url} does not answer ({reason}); see {log}")
        time.sleep(0.1)
    holder = ports.owner(port_of(process))
    if holder is not None and holder.pid != process.pid:
        raise PortTaken(f"port {port_of(process)} for Prefect is answered by {holder}: stop it")
    return url


def _takes_other_login(settings: Settings, process: Process) -> bool:
    login = base64.b64encode(settings.secrets.prefect_login.encode()).decode()
    request = urllib.request.Request(  # noqa: S310 -- loopback
        f"{page_url(port_of(process))}/api/admin/version",
        headers={"authorization": f"Basic {login}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):  # noqa: S310 -- loopback
            return False
    except urllib.error.HTTPError as error:
        with error:
            return error.code == 401
    except OSError:
        return False  # it is still starting


def ended(settings: Settings) -> StartFailed:
    """The error of a server that is gone before it answered, with its last words."""
    log = log_file(settings.home)
    return StartFailed(f"the Prefect server ended while it started: {tail(log)}; see {log}")


def unhealthy(api_url: str) -> str | None:
    """Why the API does not answer; None when it does, whether or not it takes our calls."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=_ANSWER_SECONDS):  # noqa: S310 -- ours, or named by the operator
            return None
    except urllib.error.HTTPError:
        return None
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def require_answer(api_url: str) -> None:
    """See that the server that the environment names answers. Raises PrefectUnavailable."""
    if (reason := unhealthy(api_url.rstrip("/"))) is not None:
        raise PrefectUnavailable(
            f"PREFECT_API_URL={api_url} does not answer ({reason}): start that server,"
            " or unset PREFECT_API_URL to run without it"
        )


def client_environment(settings: Settings) -> dict[str, str]:
    """What Prefect in a command reads: state under the home, no telemetry, no chatter."""
    return {
        "PREFECT_HOME": str(state_folder(settings.home)),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
        # After the server was killed a command goes on without it, within seconds.
        "PREFECT_CLIENT_MAX_RETRIES": "1",
    }


def login_environment(settings: Settings, url: str) -> dict[str, str]:
    """What a client needs to call the home's server at `url`."""
    return {
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_UI_URL": url,
        "PREFECT_API_AUTH_STRING": settings.secrets.prefect_login,
    }


def prefect_exports(settings: Settings) -> dict[str, str]:
    """Variables that give another program, `prefect` above all, the home's server if one runs."""
    process = running_prefect(settings.home)
    if process is None or settings.prefect_api_url is not None:
        return {}
    return login_environment(settings, page_url(port_of(process)))


def _command(folder: Path, port: int) -> list[str]:
    """Uvicorn alone: `prefect server start` would keep a second process beside it.

    `--app-dir`, which names nothing that is imported, says whose server it is.
    """
    return [
        sys.executable,
        *("-m", "uvicorn", "--app-dir", str(folder), "--factory", PREFECT_APP),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
        *("--timeout-graceful-shutdown", "5"),
    ]


def _environment(settings: Settings, port: int) -> dict[str, str]:
    """Nothing of the user's shell. Calls need the home's login, and come from its own page alone.

    Without them any page open in a browser of this machine could start a flow.
    """
    url = page_url(port)
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(settings.home),
        **client_environment(settings),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_API_AUTH_STRING": settings.secrets.prefect_login,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": url,
        # The page asks this address; its default is that of port 4200.
        "PREFECT_SERVER_UI_API_URL": f"{url}/api",
        "PREFECT_UI_API_URL": f"{url}/api",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    }
