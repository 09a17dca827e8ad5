"""Processes of services: which run, starting one that outlives us, stopping one, what can go wrong.

A server is known by its command line, which names its data directory. So there is no pid file
that could be stale, and another home's server is never mistaken for ours.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import ServiceUnavailable


class PortTaken(ServiceUnavailable):
    """Another process listens where an embedded service should."""

    may_pass = False


class StartFailed(ServiceUnavailable):
    """A server did not start, or ended before it answered."""


class NotReady(ServiceUnavailable):
    """A server lives but does not answer in time."""


class NotRunning(ServiceUnavailable):
    """An embedded service is not up."""


class Unreachable(ServiceUnavailable):
    """Nothing answers at an address."""


class Refused(ServiceUnavailable):
    """A service answers, and refuses the credentials or the request."""

    may_pass = False


class DiskFull(ServiceUnavailable):
    """Too little space is left for a service to start."""

    may_pass = False


class NoAccount(ServiceUnavailable):
    """PostgreSQL refuses to run as root and no other user can run it."""

    may_pass = False


PROC = Path("/proc")
LOG_LIMIT_BYTES = 10_000_000
_SHELL = ("/bin/sh", "-c")
_BECOMES_SECONDS = 5.0


@dataclass(frozen=True)
class Process:
    """A live process and its command line."""

    pid: int
    argv: tuple[str, ...]

    def __str__(self) -> str:
        command = " ".join(self.argv)
        return f"pid {self.pid} ({command if len(command) <= 80 else command[:77] + '...'})"


@dataclass(frozen=True)
class Account:
    """The operating system user that a server runs as."""

    name: str
    uid: int
    gid: int


def find(
    is_ours: Callable[[tuple[str, ...]], bool], may_run: Callable[[int], bool] = lambda user: True
) -> Process | None:
    """The oldest process whose command line `is_ours` accepts; its children come after it.

    Any user can give a process of theirs any command line, so `may_run` is asked whose it is, where
    the system tells us.
    """
    matching = (process for process in _processes() if is_ours(process.argv))
    allowed = (process for process in matching if _is_allowed(process, may_run))
    return min(allowed, key=lambda process: process.pid, default=None)


def by_pid(pid: int) -> Process | None:
    """The live process `pid`; None also for a zombie, whose command line is empty."""
    return next((process for process in _processes(pid) if process.pid == pid), None)


def inside(folder: Path) -> Process | None:
    """A live process that works in `folder`, where the system tells us."""
    for process in _processes():
        with contextlib.suppress(OSError):
            if os.readlink(PROC / str(process.pid) / "cwd") == str(folder):
                return process
    return None


def spawn(
    argv: list[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
) -> int:
    """Start `argv` in a session of its own, output appended to `log`; return its pid.

    A shell in between lets go of it, so that it is nobody's child and no wait is owed.

    Raises:
        OSError: the program cannot be started, or not as `account`.
    """
    _keep_log_short(log)
    with log.open("ab") as output:
        started = subprocess.run(
            [*_SHELL, 'umask 077; "$@" >&2 & echo $!', "sh", *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd="/",
            env=dict(environment),
            start_new_session=True,
            check=True,
            text=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    pid = int(started.stdout)
    _wait_for_program(pid, tuple(argv))
    return pid


def _wait_for_program(pid: int, argv: tuple[str, ...]) -> None:
    """Wait until the shell's child has become the program, by whose name others look for it."""
    deadline = time.monotonic() + _BECOMES_SECONDS
    while time.monotonic() < deadline:
        process = by_pid(pid)
        if process is None:
            if not _lives(pid):
                return
        elif process.argv == argv or process.argv[:2] != _SHELL:
            return
        time.sleep(0.005)


def run_as(
    account: Account | None, argv: list[str], environment: Mapping[str, str], *, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `argv` to its end from the root directory as `account`; `text` is its input."""
    return subprocess.run(
        argv,
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env=dict(environment),
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(process: Process, steps: tuple[tuple[signal.Signals, float], ...]) -> None:
    """Send each signal in turn and wait its seconds, SIGKILL last, until the process is gone."""
    for step, seconds in (*steps, (signal.SIGKILL, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, step)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _has_ended(process):
                return
            time.sleep(0.05)


def tail(log: Path, lines: int = 3) -> str:
    """The last `lines` lines of `log` in one, for an error message."""
    with contextlib.suppress(OSError):
        return " | ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
    return ""


def _is_allowed(process: Process, may_run: Callable[[int], bool]) -> bool:
    try:
        return may_run((PROC / str(process.pid)).stat().st_uid)
    except OSError:
        return not PROC.joinpath("self").exists()


def _has_ended(process: Process) -> bool:
    """Whether the process is gone with its files and ports; a zombie of several threads is not."""
    current = by_pid(process.pid)
    if current is not None:
        return current.argv != process.argv
    try:
        return len(os.listdir(PROC / str(process.pid) / "task")) <= 1 and not _lives(process.pid)
    except OSError:
        return True


def _lives(pid: int) -> bool:
    """Whether it is there and no zombie; between two programs it lives without a command line."""
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def _processes(pid: int | None = None) -> Iterator[Process]:
    if PROC.joinpath("self").exists():
        names = os.listdir(PROC) if pid is None else [str(pid)]
        for name in filter(str.isdecimal, names):
            with contextlib.suppress(OSError):
                raw = (PROC / name / "cmdline").read_bytes()
                if argv := tuple(os.fsdecode(part) for part in raw.split(b"\0")[:-1]):
                    yield Process(int(name), argv)
        return
    # No /proc: `ps` joins the arguments, which is enough to find a data directory among them.
    listing = subprocess.run(
        ["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=False
    )
    for line in listing.stdout.splitlines():
        number, _, command = line.strip().partition(" ")
        if number.isdecimal() and command.strip():
            yield Process(int(number), tuple(command.split()))


def _keep_log_short(log: Path) -> None:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log.parent.chmod(0o700)  # of a home from before
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
