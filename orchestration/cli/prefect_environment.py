"""Prefect's own settings for a command: state under PQR_HOME, no telemetry, no chatter."""

import io
import logging
import secrets
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr
from pathlib import Path
from tempfile import TemporaryFile

from orchestration.errors import ServiceUnavailable, UsageError
from orchestration.settings import Settings, exported
from orchestration.settings.variables import names_prefect_server, prefect_variable

_ANSWER_SECONDS = 5


class PrefectUnavailable(ServiceUnavailable):
    """The Prefect server that the environment names does not answer."""


@contextmanager
def prefect_environment(settings: Settings, *, runs_flows: bool = True) -> Iterator[None]:
    """Set what the user has not set; import Prefect inside this block.

    Raises:
        UsageError: PQR_HOME is not a folder that can be made and written to.
    """
    _require_home(settings.home)
    defaults = {
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
        # Its default of 20 s is missed on a busy machine of two cores.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        **({} if names_prefect_server() else server_guards()),
    }
    # It tells of events that are still on their way when a command ends; nobody waits for them.
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)
    with exported(defaults, override=False):
        require_prefect()
        with _temporary_server() if runs_flows else nullcontext():
            yield


@contextmanager
def _temporary_server() -> Iterator[None]:
    """Start the server that Prefect would start for itself, and see that it ends with this process.

    Prefect ends it at exit, which a SIGKILL leaves out: the server would stay, and whoever reads
    what the command prints would wait for it, since it holds the same pipes.
    """
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_ALLOW_EPHEMERAL_MODE

    if PREFECT_API_URL.value() or not PREFECT_SERVER_ALLOW_EPHEMERAL_MODE.value():
        yield
        return
    server = SubprocessASGIServer()
    server.start()
    assert server.server_process is not None  # noqa: S101 -- start() raises otherwise
    # Its input ends when this process ends, however that comes about.
    with subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill "$0"', str(server.server_process.pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as watch:
        try:
            yield
        finally:
            # Prefect ends the server at exit; the watch must not outlive the number of its process.
            watch.kill()


def server_guards(origin: str = "http://127.0.0.1") -> dict[str, str]:
    """Settings of a Prefect server that this command starts: a login drawn for it, one origin.

    Without them any page open in a browser of this machine could start a flow.
    """
    login = f"pqr:{secrets.token_hex(24)}"
    return {
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_API_AUTH_STRING": login,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
    }


def require_prefect() -> None:
    """See that Prefect takes its settings, and that the server of PREFECT_API_URL answers.

    Raises:
        UsageError: A PREFECT_ variable is malformed. PrefectUnavailable: nothing answers.
    """
    from pydantic import ValidationError

    try:
        # Prefect prints the problem over several lines before it raises it.
        with redirect_stderr(io.StringIO()):
            from prefect.settings import PREFECT_API_URL

            url = PREFECT_API_URL.value()
    except ValidationError as error:
        first = error.errors()[0]
        name = prefect_variable(first["input"]) or f"PREFECT_...{'_'.join(map(str, first['loc']))}"
        raise UsageError(
            f"{name}={first['input']} is refused by Prefect ({first['msg']}): unset it"
        ) from None
    if url is None:
        return
    request = f"{url.rstrip('/')}/health"
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):  # noqa: S310 -- as named
            return
    except urllib.error.HTTPError:
        return  # it answers; whether it takes our calls, they will say
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise PrefectUnavailable(
            f"PREFECT_API_URL={url} does not answer ({reason}): start that server,"
            " or unset PREFECT_API_URL to run without one"
        ) from None


def _require_home(home: Path) -> None:
    """Make the folder: nobody else has where the services are not this machine's."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise UsageError(f"PQR_HOME={home} cannot be used: {error.strerror or error}") from None
