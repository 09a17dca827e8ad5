"""CPU time and memory of a command and of the servers of its home, by part.

CPU time is taken where the kernel adds it up, so that nothing is lost between two looks: of the
command from wait4, which counts all its descendants that were waited for; of the servers from
their utime and stime with cutime and cstime, in which PostgreSQL keeps the connections that ended.
How the command's time divides into parts (itself, Dask's workers, Great Expectations, the parser of
dbt that works ahead) is sampled five times a second, by pid and start time. What wait4 counts above
the samples is with `others`; where the samples are above wait4, a child was not waited for, and
they are the total.

Memory is that of the largest process of a part: the peak of its RSS as the kernel keeps it
(VmHWM). Of PostgreSQL it is what was sampled of RSS without RssShmem, since each connection shows
the pages of the same shared buffers as its own.
"""

import os
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from orchestration.services.disk import free_bytes
from orchestration.services.homes import running_postgres, running_prefect, running_s3
from orchestration.services.process import PROC

MAIN, WORKERS, CHECKS, PARSER, OTHERS = "main", "workers", "checks", "parser", "others"
S3, POSTGRES, PREFECT = "s3", "postgres", "prefect"
PARTS: Final = (MAIN, WORKERS, CHECKS, PARSER, S3, POSTGRES, PREFECT, OTHERS)
SERVERS: Final = {S3: running_s3, POSTGRES: running_postgres, PREFECT: running_prefect}
ROOT: Final = Path(__file__).resolve().parents[1]
INTERVAL_SECONDS: Final = 0.2
_TICKS: Final = os.sysconf("SC_CLK_TCK")
# Of their command lines; the main process holds dbt and DuckDB.
_MARKS: Final = {
    "--multiprocessing-fork": WORKERS,
    "orchestration.quality.gx": CHECKS,
    "orchestration.transform.parse_ahead": PARSER,
}

Table = Mapping[int, "Stat"]


class Stat(NamedTuple):
    """What /proc/PID/stat says of a process: its parent, its start, clock ticks."""

    parent: int
    started: int
    own: int
    waited_for: int


@dataclass
class Usage:
    """What a command and the servers used: seconds and bytes, by part."""

    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    together: int = 0
    disk: int = 0
    exit_code: int = 0

    @property
    def cpu_seconds(self) -> float:
        """Of all parts together."""
        return sum(self.cpu.values())


class Watch(threading.Thread):
    """Looks at the command and at the servers until it is told to stop."""

    def __init__(self, command: int, servers: Mapping[int, str], folder: Path) -> None:
        super().__init__(daemon=True)
        self.ticks: dict[tuple[int, int], tuple[str, int]] = {}
        self.peak: dict[str, int] = defaultdict(int)
        self.together, self.least_free = 0, free_bytes(folder)
        self._command, self._servers, self._folder = command, servers, folder
        self._ends = threading.Event()

    def run(self) -> None:
        while not self._ends.wait(INTERVAL_SECONDS):
            self._look()

    def stop(self) -> None:
        self._ends.set()
        self.join()

    def _look(self) -> None:
        table, together = stats(), 0
        for pid, root in _members(table, {self._command, *self._servers}, self.ticks):
            stat = table[pid]
            known = self.ticks.get((pid, stat.started), (OTHERS, 0))[0]
            part = self._part(pid, root, known)
            self.ticks[pid, stat.started] = (part, stat.own)
            peak, unshared = _memory(pid)
            together += unshared
            self.peak[part] = max(self.peak[part], unshared if part == POSTGRES else peak)
        self.together = max(self.together, together)
        self.least_free = min(self.least_free, free_bytes(self._folder))

    def _part(self, pid: int, root: int | None, known: str) -> str:
        if root is None:
            return known
        return MAIN if pid == self._command else self._servers.get(root) or _part(pid, known)


def watched(
    home: Path, arguments: Sequence[str], environment: Mapping[str, str], *, is_silent: bool = False
) -> Usage:
    """Run a command of pqr to its end, with the servers of `home` beside it.

    Args:
        home: Whose servers count.
        arguments: Of `pqr`.
        environment: Variables beside those of this process; PQR_HOME is `home`.
        is_silent: Leave out what the command prints as its result.
    """
    found = {name: running(home) for name, running in SERVERS.items()}
    servers = {server.pid: name for name, server in found.items() if server is not None}
    before, free = _servers_ticks(servers), free_bytes(home)
    started = os.times().elapsed
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        env={**os.environ, "PQR_HOME": str(home), **environment},
        cwd=ROOT,
        stdout=subprocess.DEVNULL if is_silent else None,
    )
    watch = Watch(process.pid, servers, home)
    watch.start()
    try:
        _, status, used = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        seconds = os.times().elapsed - started
        watch.stop()
    # Popen would wait for it again.
    process.returncode = os.waitstatus_to_exitcode(status)
    after = _servers_ticks(servers)
    cpu = {name: (after[name] - before[name]) / _TICKS for name in after}
    return Usage(
        seconds,
        {**cpu, **divided(used.ru_utime + used.ru_stime, watch.ticks.values())},
        dict(watch.peak),
        watch.together,
        free - watch.least_free,
        process.returncode,
    )


def divided(whole: float, sampled: Iterable[tuple[str, int]]) -> dict[str, float]:
    """The command's seconds by part: as sampled, and with `others` what no sample saw."""
    parts = dict.fromkeys((MAIN, *_MARKS.values(), OTHERS), 0.0)
    for part, ticks in sampled:
        if part in parts:
            parts[part] += ticks / _TICKS
    parts[OTHERS] += max(0.0, whole - sum(parts.values()))
    return parts


def stats() -> dict[int, Stat]:
    """Every process of this machine."""
    table = {}
    for name in filter(str.isdecimal, os.listdir(PROC)):
        with suppress(OSError):  # it ended meanwhile
            # The name of the program, in brackets, may hold anything.
            text = (PROC / name / "stat").read_text(errors="replace").rpartition(")")[2].split()
            user, system, waited_user, waited_system = map(int, text[11:15])
            table[int(name)] = Stat(
                int(text[1]), int(text[19]), user + system, waited_user + waited_system
            )
    return table


def _members(
    table: Table, roots: set[int], known: Mapping[tuple[int, int], object]
) -> Iterator[tuple[int, int | None]]:
    """Yield each process under the roots with its root, None for a known one that lost it."""
    for pid, stat in table.items():
        at, seen = pid, set[int]()
        while at not in roots and at in table and at not in seen:
            seen.add(at)
            at = table[at].parent
        if at in roots:
            yield pid, at
        elif (pid, stat.started) in known:
            yield pid, None


def _part(pid: int, known: str) -> str:
    """The part that a process of the command is, by its command line."""
    with suppress(OSError):
        line = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
        if line:  # a process that ended and is not waited for has none
            return next((part for mark, part in _MARKS.items() if mark in line), OTHERS)
    return known


def _memory(pid: int) -> tuple[int, int]:
    """The peak of a process's RSS, and its RSS now without shared memory, in bytes."""
    with suppress(OSError):
        lines = (PROC / str(pid) / "status").read_text(errors="replace").splitlines()
        sizes = {
            name: int(text.split()[0]) * 1024
            for name, _, text in (line.partition(":") for line in lines)
            if name in ("VmHWM", "VmRSS", "RssShmem")
        }
        return sizes.get("VmHWM", 0), sizes.get("VmRSS", 0) - sizes.get("RssShmem", 0)
    return 0, 0


def _servers_ticks(servers: Mapping[int, str]) -> dict[str, int]:
    table = stats()
    ticks = dict.fromkeys(servers.values(), 0)
    for pid, root in _members(table, set(servers), {}):
        assert root is not None, "nothing else is known"
        ticks[servers[root]] += table[pid].own + table[pid].waited_for
    return ticks
