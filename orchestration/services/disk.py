"""Room on the disk: checked before a server starts, since a server that meets a full one dies."""

import shutil
from pathlib import Path

from orchestration.services.process import DiskFull

NEEDED_BYTES = 1_000_000_000  # PostgreSQL's log may take 2 GB at its peak; the default world 0.5 GB


def free_bytes(folder: Path) -> int:
    """What is left on the disk of `folder`."""
    return shutil.disk_usage(folder).free


def require_space(home: Path, needed: int = NEEDED_BYTES) -> None:
    """Check that the disk of `home` has `needed` bytes left.

    Raises:
        DiskFull: names the disk, what is left and what is needed.
    """
    free = free_bytes(home)
    if free < needed:
        raise DiskFull(
            f"the disk of {home} has {free / 1e6:.0f} MB left, the services need "
            f"{needed / 1e6:.0f} MB: free some, or set PQR_HOME to a folder on another disk"
        )
