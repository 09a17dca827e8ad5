"""Processes that outlive us, and their end."""

import os
import signal
import time
from pathlib import Path

from orchestration.services.process import Process, by_pid, find, spawn, stop, tail

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


def sleeper(tmp_path: Path, script: str = "sleep 60") -> Process:
    mark = f"{tmp_path}/mark"
    pid = spawn(
        ["/bin/sh", "-c", f"{script}; :", "sh", mark],
        log=tmp_path / "log",
        environment=ENVIRONMENT,
    )
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        # Until exec the command line is still the intermediate shell's.
        if (process := by_pid(pid)) and process.argv[:3] == ("/bin/sh", "-c", f"{script}; :"):
            return process
        time.sleep(0.01)
    raise AssertionError(f"{pid} did not start: {tail(tmp_path / 'log')}")


def test_a_spawned_process_is_in_a_session_of_its_own(tmp_path: Path) -> None:
    process = sleeper(tmp_path)
    assert os.getsid(process.pid) != os.getsid(0)
    assert find(lambda argv: f"{tmp_path}/mark" in argv) == process
    os.killpg(os.getpgid(process.pid), signal.SIGKILL)


def test_a_spawned_process_is_found_by_its_program_at_once(tmp_path: Path) -> None:
    for number in range(40):
        pid = spawn(["sleep", f"60.{number}"], log=tmp_path / "log", environment=os.environ)
        process = by_pid(pid)
        assert process is not None
        os.kill(pid, signal.SIGKILL)
        assert process.argv == ("sleep", f"60.{number}")


def test_stopping_ends_the_process(tmp_path: Path) -> None:
    process = sleeper(tmp_path)
    group = os.getpgid(process.pid)
    stop(process, ((signal.SIGTERM, 5.0),))
    assert by_pid(process.pid) is None
    os.killpg(group, signal.SIGKILL)


def test_a_process_deaf_to_sigterm_is_killed(tmp_path: Path) -> None:
    process = sleeper(tmp_path, "trap '' TERM; while true; do sleep 0.1; done")
    stop(process, ((signal.SIGTERM, 0.3),))
    assert by_pid(process.pid) is None


def test_stopping_what_has_ended_is_no_error(tmp_path: Path) -> None:
    stop(Process(2**22 - 1, ("gone",)), ((signal.SIGTERM, 1.0),))


def test_a_long_log_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "log.log"
    log.write_bytes(b"x" * 10_000_001)
    spawn(["/bin/echo", "new"], log=log, environment=ENVIRONMENT)
    assert (tmp_path / "log.log.1").stat().st_size == 10_000_001
    assert log.stat().st_size < 100
