"""Ports: whether one is free, who has it, and what to say about that."""

import contextlib
import itertools
import os
import socket
import time
from collections.abc import Iterable

from orchestration.services.homes import home_of
from orchestration.services.process import PROC, PortTaken, Process, by_pid

LEAVING_SECONDS = 3.0
LISTENING = "0A"  # the kernel's code in /proc/net/tcp


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a connection that is closing does not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_base(start: int, count: int) -> int:
    """The first port from `start` on, in steps of 100, with `count` free ports in a row."""
    for base in itertools.chain(range(start, 65_000, 100), range(20_000, start, 100)):
        if all(is_free(port) for port in range(base, base + count)):
            return base
    raise PortTaken(f"no {count} free ports in a row on 127.0.0.1: stop something that listens")


def owner(port: int) -> Process | None:
    """The process that listens on `port`, where the system tells us."""
    inodes = set(_listening_inodes(port))
    if not inodes:
        return None
    for folder in PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(folder / "fd"):
                with contextlib.suppress(OSError):
                    if os.readlink(folder / "fd" / descriptor) in inodes:
                        return by_pid(int(folder.name))
    return None


def require_free(ports: Iterable[int], service: str, variable: str, count: int) -> None:
    """Check that every port is free for `service`, whose first port `variable` sets.

    Raises:
        PortTaken: names the port, who has it, and a port that is free.
    """
    taken = next((port for port in ports if _is_held(port)), None)
    if taken is None:
        return
    holder = owner(taken)
    home = None if holder is None else home_of(holder.argv)
    leave = "stop it" if home is None else f"`PQR_HOME={home} pqr down`"
    other = free_base(taken - taken % 100 + 100, count)
    raise PortTaken(
        f"port {taken} for {service} is taken by {name_holder(taken)}: "
        f"{leave}, or choose another port: `{variable}={other} pqr up`"
    )


def name_holder(port: int) -> str:
    """Who listens on `port`, in words."""
    holder = owner(port)
    if holder is None:
        return "another process"
    home = home_of(holder.argv)
    return str(holder) if home is None else f"pid {holder.pid}, a service of PQR_HOME={home}"


def _is_held(port: int) -> bool:
    """Whether `port` is taken for good, not by a killed process that is still on its way out."""
    deadline = time.monotonic() + LEAVING_SECONDS
    while not is_free(port):
        if owner(port) is not None or time.monotonic() > deadline:
            return True
        time.sleep(0.05)
    return False


def _listening_inodes(port: int) -> Iterable[str]:
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (PROC / "net" / table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield f"socket:[{fields[9]}]"
