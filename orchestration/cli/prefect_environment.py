"""Whether a command reports to Prefect, and Prefect's own settings while it does."""

import importlib
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr
from pathlib import Path
from tempfile import TemporaryFile

from orchestration.errors import ServiceUnavailable, UsageError
from orchestration.services import prefect_server
from orchestration.settings import Settings, exported
from orchestration.settings.variables import prefect_variable

NOT_RUNNING = "Prefect's server is not running, so its page does not show this: `pqr up` starts it."


@contextmanager
def prefect_environment(settings: Settings, *, is_wanted: bool = True) -> Iterator[str]:
    """Let flows of the block report to PREFECT_API_URL or to the home's server, if one runs.

    Where none does, Prefect is not imported, and flows are called as the functions that they are.

    Args:
        settings: Which server, and where its state is.
        is_wanted: False to do without, whatever runs.

    Yields:
        Why nothing is reported; empty when it is.

    Raises:
        UsageError: PQR_HOME cannot be written to, or a PREFECT_ variable is malformed.
        PrefectUnavailable: The server of PREFECT_API_URL does not answer.
    """
    require_home(settings.home)
    if not is_wanted:
        yield "Not shown by Prefect, as asked."
        return
    environment = prefect_server.client_environment(settings)
    if settings.prefect_api_url is not None:
        prefect_server.require_answer(settings.prefect_api_url)
    else:
        try:
            url = prefect_server.wait_until_ready(settings)
        except ServiceUnavailable as error:
            yield f"Not shown by Prefect: {error}"
            return
        if url is None:
            yield NOT_RUNNING
            return
        environment |= prefect_server.login_environment(settings, url)
    # It tells of events that are still on their way when a command ends; nobody waits for them.
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)
    # Prefect reads the environment when it is imported, and not again.
    with exported(environment, override=False):
        check_settings()
        with nullcontext() if settings.prefect_api_url else _without_heartbeats():
            yield ""


@contextmanager
def _without_heartbeats() -> Iterator[None]:
    """No events that say that a flow still runs: nothing in the home's server looks at them.

    Each flow would wait up to a second for the thread that sends them. No variable turns them off.
    """
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield


def check_settings() -> None:
    """Import Prefect's settings, which refuse a malformed variable. Raises UsageError."""
    from pydantic import ValidationError

    try:
        # Prefect prints the problem over several lines before it raises it.
        with redirect_stderr(io.StringIO()):
            importlib.import_module("prefect.context")
    except ValidationError as error:
        first = error.errors()[0]
        name = prefect_variable(first["input"]) or f"PREFECT_...{'_'.join(map(str, first['loc']))}"
        raise UsageError(
            f"{name}={first['input']} is refused by Prefect ({first['msg']}): unset it"
        ) from None


def require_home(home: Path) -> None:
    """Make the folder: nobody else has where the services are not this machine's."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise UsageError(f"PQR_HOME={home} cannot be used: {error.strerror or error}") from None
