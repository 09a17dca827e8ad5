"""One `pqr up` or `pqr down` of a home at a time, and one `pqr schedule`."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import Locked, UsageError

WAIT_SECONDS = 180.0


@contextmanager
def services_lock(home: Path) -> Iterator[None]:
    """Hold the lock of `home`'s services; the system frees it when the process ends, however.

    Raises:
        Locked: another command held it for longer than a start may take.
        UsageError: the home is another user's.
    """
    path = home / "services.lock"
    try:
        handle = path.open("w")
    except PermissionError:
        raise UsageError(
            f"{home} belongs to another user: run as that user, or choose another PQR_HOME"
        ) from None
    with handle:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Locked(
                        f"another `pqr up` or `pqr down` has held {path} for "
                        f"{WAIT_SECONDS:.0f} s: wait for it, or end it"
                    ) from None
                time.sleep(0.1)
        yield


@contextmanager
def schedule_lock(home: Path) -> Iterator[None]:
    """Hold the deployments of `home`: who serves them pauses their schedule at the end.

    Raises:
        Locked: another `pqr schedule` serves them, and its end would pause ours.
    """
    with (home / "schedule.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Locked(
                f"another `pqr schedule` serves {home}, and when it ends it pauses what this one"
                " would serve: end it first"
            ) from None
        yield
