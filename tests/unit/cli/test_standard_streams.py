"""A command whose standard streams are closed, full, or read by nobody."""

import subprocess
import sys

import pytest

from orchestration.settings import PROJECT_ROOT

PQR = f"{sys.executable} -m orchestration.cli"


def shell(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_matter(closed: str) -> None:
    done = shell(f"{PQR} --version {closed}")
    assert (done.returncode, done.stderr) == (0, "")


def test_no_file_gets_the_number_of_a_closed_stream() -> None:
    opens = (
        "from orchestration.cli.streams import open_closed_streams; open_closed_streams();"
        " import os, subprocess; number = os.open('/dev/null', os.O_RDONLY);"
        " child = subprocess.run(['/bin/sh', '-c', 'ls /proc/self/fd/0 /proc/self/fd/1']);"
        " raise SystemExit(number * 10 + child.returncode)"
    )
    assert shell(f'{sys.executable} -c "{opens}" <&- >&- 2>&-').returncode == 30


def test_output_for_which_there_is_no_room_is_one_line() -> None:
    done = shell(f"{PQR} --version >/dev/full")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert done.stderr.endswith(": No space left on device\n")


def test_output_that_nobody_reads_ends_without_a_traceback() -> None:
    done = shell(f"{{ {PQR} --version; echo $? >&2; }} | true")
    assert done.stderr in ("0\n", "1\n")  # by whether it was written at once
