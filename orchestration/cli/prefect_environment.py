"""Prefect's own settings for a command: state under PQR_HOME, no telemetry, no chatter."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from orchestration.errors import UsageError
from orchestration.settings import Settings, exported


@contextmanager
def prefect_environment(settings: Settings) -> Iterator[None]:
    """Set what the user has not set; import Prefect inside this block.

    Raises:
        UsageError: PQR_HOME is no folder that can be made and written to.
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
    }
    # It tells of events that are still on their way when a command ends; nobody waits for them.
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)
    with exported(defaults, override=False):
        yield


def _require_home(home: Path) -> None:
    """Make the folder: nobody else has where the services are not this machine's."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise UsageError(f"PQR_HOME={home} cannot be used: {error.strerror or error}") from None
