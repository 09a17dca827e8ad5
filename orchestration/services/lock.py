"""One `pqr up` or `pqr down` of a home at a time."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import Locked

WAIT_SECONDS = 180.0


@contextmanager
def services_lock(home: Path) -> Iterator[None]:
    """Hold the lock of `home`'s services; the system frees it when the process ends, however.

    Raises:
        Locked: another command held it for longer than a start may take.
    """
    path = home / "services.lock"
    with path.open("w") as handle:
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
