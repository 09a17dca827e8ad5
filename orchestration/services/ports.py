"""Ports: whether one is free, who has it, and what to say about that."""

import contextlib
import itertools
import os
import shlex
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Wanted:
    """The ports that a service will listen on; `variable` sets the first of them."""

    service: str
    variable: str
    ports: range


def require_free(*wanted: Wanted) -> None:
    """Check that every port is free, and that no two services want the same.

    Raises:
        PortTaken: For each service names the first port that is taken and who has it; then how
            to end those, and ports that are free.
    """
    taken = [(item, port) for item in wanted if (port := _first_held(item.ports)) is not None]
    if not taken:
        for first, second in itertools.combinations(wanted, 2):
            _require_apart(first, second)
        return
    said = [
        f"port {port} for {item.service} is taken by {name_holder(port)}" for item, port in taken
    ]
    leave = dict.fromkeys(_how_to_end(port) for _, port in taken)
    others, after = [], 0
    for item, port in taken:
        base = free_base(max(port - port % 100 + 100, after), len(item.ports))
        others.append(f"{item.variable}={base}")
        after = base + 100
    another = "another port" if len(others) == 1 else "other ports"
    raise PortTaken(
        f"{'; '.join(said)}: {' and '.join(leave)}, or choose {another}:"
        f" `{' '.join(others)} pqr up`"
    )


def _require_apart(first: Wanted, second: Wanted) -> None:
    both = range(
        max(first.ports.start, second.ports.start), min(first.ports.stop, second.ports.stop)
    )
    if both:
        base = free_base(first.ports.start + 100, len(second.ports))
        raise PortTaken(
            f"port {both.start} is wanted for {first.service} ({first.ports.start} to"
            f" {first.ports.stop - 1}) and for {second.service}: choose another port:"
            f" `{second.variable}={base} pqr up`"
        )


def _first_held(ports: range) -> int | None:
    return next((port for port in ports if _is_held(port)), None)


def _how_to_end(port: int) -> str:
    holder = owner(port)
    home = None if holder is None else home_of(holder.argv)
    return "stop it" if home is None else f"`PQR_HOME={shlex.quote(str(home))} pqr down`"


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
