"""A clock that is wrong, for a process and all that it starts: libfaketime."""

from pathlib import Path

# Debian: apt-get install faketime.
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def shifted(jumps: Path) -> dict[str, str]:
    """Variables under which a command reads a clock that is off by what the file `jumps` says.

    The file may change while the command works: `+10m`, `-1d`, `+1y`.
    """
    return {
        "LD_PRELOAD": str(LIBRARIES[-1]),
        "FAKETIME_TIMESTAMP_FILE": str(jumps),
        "FAKETIME_NO_CACHE": "1",
        # As when an administrator sets the clock: time since the start goes on.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
