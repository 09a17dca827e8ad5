"""A clock that is wrong, for a process and all that it starts: libfaketime."""

from pathlib import Path
from typing import Final

# Debian: apt-get install faketime.
LIBRARIES: Final = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def shifted(offset: str) -> dict[str, str]:
    """Variables under which a command reads a clock that is off: `+10m`, `-1d`, `+1y`.

    The offset is the same from beginning to end: with libfaketime time since the start jumps too,
    or pauses fail (FAKETIME_DONT_FAKE_MONOTONIC). Neither happens when a clock is set.
    """
    return {"LD_PRELOAD": str(LIBRARIES[-1]), "FAKETIME": offset}
