"""The ways in which the soak breaks a running command."""

import os
import random
import resource
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from tests.integration.run.lake import Lake

_SERVERS = {"kill_s3": "weed", "kill_postgres": "postgres"}
_SIGNALS = {"terminate": signal.SIGTERM, "interrupt": signal.SIGINT}
HITS = (
    "kill_process", "kill_group", "kill_worker", *_SERVERS, *_SIGNALS, "end_sessions",
    "spoil_copies",
)  # fmt: skip


def hit(
    kind: str, lake: Lake, home: Path, process: subprocess.Popen[bytes], draw: random.Random
) -> None:
    """Break a running command in one of the ways of `HITS`; it may have ended meanwhile."""
    if kind in _SERVERS:
        for found in _servers(home, _SERVERS[kind]):
            found.kill()
    elif kind == "spoil_copies":
        for path in sorted(lake.settings.object_cache.rglob("*.parquet")):
            if draw.random() < 0.5:
                _flip(path, draw)
    elif kind == "end_sessions":
        lake.query(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    elif process.poll() is None:
        children = psutil.Process(process.pid).children(recursive=True)
        if kind == "kill_group":
            os.killpg(process.pid, signal.SIGKILL)
        elif kind == "kill_worker" and children:
            draw.choice(sorted(children, key=lambda child: child.pid)).kill()
        else:
            process.send_signal(_SIGNALS.get(kind, signal.SIGKILL))


def _servers(home: Path, name: str) -> list[psutil.Process]:
    """The processes of a server whose data lie in this home."""
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == name
        and any(str(home) in part for part in process.info["cmdline"] or ())
    ]


def _flip(path: Path, draw: random.Random) -> None:
    """Change one bit, as a bad disk does; the file may go away meanwhile."""
    with suppress(FileNotFoundError), path.open("r+b") as file:
        place = draw.randrange(max(1, path.stat().st_size))
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]) if byte else b"")


def limit_files(size: int) -> None:
    """No file may grow beyond `size` bytes, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def left_of_session(leader: int) -> list[psutil.Process]:
    """What is left of the session that a command led."""
    found = []
    for process in psutil.process_iter(["status"]):
        try:
            if os.getsid(process.pid) == leader and process.info["status"] != "zombie":
                found.append(process)
        except ProcessLookupError:
            continue
    return found
