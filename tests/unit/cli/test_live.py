"""What `pqr run` shows: a table on a terminal, lines in a pipe, a way out of a failure."""

import errno
import io
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace

import pytest
from rich.console import Console

from orchestration.cli.live import RunView
from orchestration.errors import Locked, UsageError, WorkFailed
from orchestration.flows.preflight import DiskFull
from orchestration.lake.store import StoreRefused, StoreUnavailable
from orchestration.meta.control import StaleClaim
from orchestration.progress import StepEvent
from orchestration.quality.gx import GxEnded, GxFailed
from orchestration.quality.verdicts import QualityFailed
from orchestration.transform.projects import DbtFailed

LOG = ("s3://pqr-lakehouse/logs/day=2025-09-01/run_id=r/pipeline.log", "/home/pqr/logs/run-r.log")
RAW = (
    StepEvent("raw", "started"),
    StepEvent("raw", "progress", 5, 10, 8_000, 2_500_000, 2.0),
    StepEvent("raw", "done", 0, 0, 16_626, 5_500_000, 4.0, "10 objects"),
)
BRONZE = (
    StepEvent("bronze", "started"),
    StepEvent("bronze", "failed", seconds=3.0, note="bronze: no room in the bucket", log=LOG),
)
PROGRAM = """
import sys, time
from rich.console import Console
from orchestration.cli.live import RunView
from orchestration.progress import StepEvent
sys.argv = ["pqr", "run", "--days", "1"]
with RunView(Console(), quiet="--quiet" in sys.argv) as view:
    view.show(StepEvent("raw", "started"))
    view.show(StepEvent("raw", "progress", 5, 10, 8_000, 2_500_000, 2.0))
    time.sleep(0.5)
    view.show(StepEvent("raw", "done", 0, 0, 16_626, 5_500_000, 4.0, "10 objects"))
    view.show(StepEvent("bronze", "skipped", 0, 0, 16_626, 980_000, 0.1, "committed before"))
"""


def shown(*events: StepEvent, quiet: bool = False, error: BaseException | None = None) -> str:
    """What a pipe gets of these events."""
    out = io.StringIO()
    view = RunView(Console(file=out, width=100), quiet=quiet)
    with suppress(BaseException), view:
        for event in events:
            view.show(event)
        if error is not None:
            raise error
    return out.getvalue()


def test_with_json_each_step_is_an_object_with_its_run_and_attempt() -> None:
    out = io.StringIO()
    done = StepEvent("raw", "done", rows=5, seconds=1.0, run_id="r", attempt=2)
    with RunView(Console(file=out, width=40), quiet=False, log_format="json") as view:
        for event in (*RAW[:2], done, BRONZE[1]):
            view.show(event)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["step"], first["run_id"], first["attempt"], first["rows"]) == ("raw", "r", 2, 5)
    assert (second["level"], second["note"]) == ("error", "bronze: no room in the bucket")


def on_a_terminal() -> str:
    """What a terminal of 120 columns gets of `PROGRAM`, escape sequences taken out."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    seen = b""
    try:
        while chunk := os.read(leader, 65536):
            seen += chunk
    except OSError:
        pass  # how Linux says that nobody holds the other end any more
    os.close(leader)
    assert process.wait() == 0, seen.decode()
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())


def test_a_terminal_gets_a_table_with_bar_rates_and_time_left() -> None:
    seen = on_a_terminal()
    assert re.search(r"layer\s+rows\s+MB\s+seconds\s+rows/s\s+MB/s", seen)
    running = next(line for line in seen.splitlines() if "5/10" in line)
    assert "━━━━━━━━━━──────────" in running
    assert re.search(r"8,000\s+2\.5\s.*4,000\s+1\.25", running)
    assert re.search(r"\d+ s left", running)
    last = seen.splitlines()[-4:]
    assert any(re.search(r"✓\s+raw\s+16,626\s+5\.5\s+4\.0\s+4,156\s+1\.38", line) for line in last)
    assert any(re.search(r"=\s+bronze .*committed before", line) for line in last)


def test_a_pipe_gets_one_plain_line_a_step() -> None:
    lines = shown(*RAW).splitlines()
    assert len(lines) == 1
    assert re.fullmatch(r"raw +done +16,626 rows +5\.5 MB +4\.0 s +10 objects", lines[0])


def test_quiet_says_nothing() -> None:
    assert shown(*RAW, *BRONZE, quiet=True, error=ValueError()) == ""


def test_a_failure_names_cause_log_and_the_command_that_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/pqr", "run", "--days", "3", "--scenario", "a b"])
    lines = shown(*RAW, *BRONZE, error=StoreUnavailable("no answer")).splitlines()
    assert "bronze: no room in the bucket" in lines[1]
    assert lines[2:] == [
        f"Log     {LOG[0]}",
        f"        {LOG[1]}",
        "Resume  pqr run --days 3 --scenario 'a b'    (goes on at bronze)",
    ]


def test_what_somebody_stopped_is_cancelled_and_says_how_to_go_on() -> None:
    stopped = replace(BRONZE[1], state="cancelled", note="ended by SIGTERM")
    lines = shown(*RAW, BRONZE[0], stopped, error=KeyboardInterrupt()).splitlines()
    assert re.fullmatch(r"bronze +cancelled +3\.0 s +ended by SIGTERM", lines[1])
    assert lines[-1].endswith("(goes on at bronze)")


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable("no answer"), Locked("another run"), DiskFull("full"), StaleClaim("newer"),
        GxEnded("killed"), OSError(errno.ENOSPC, "No space left on device"), ConnectionError(),
        SystemExit(143),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_what_another_time_may_mend_is_resumed(error: BaseException) -> None:
    assert shown(*RAW, *BRONZE, error=error).splitlines()[-1].startswith("Resume  ")


@pytest.mark.parametrize(
    "error",
    [
        UsageError("a wrong configuration"), WorkFailed("refused"), DbtFailed("Wrong declarations"),
        QualityFailed("critical"), StoreRefused("keys"), GxFailed("no such column"), ValueError(),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_what_must_fail_again_is_to_be_mended_first(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["pqr", "run", "--days", "3"])
    assert shown(*RAW, *BRONZE, error=error).splitlines()[-2:] == [
        "Mend    what the error names; until then the same command ends the same way",
        "Then    pqr run --days 3    (goes on at bronze)",
    ]


def test_a_failure_that_another_try_mends_shows_no_way_out() -> None:
    mended = (*BRONZE, BRONZE[0], StepEvent("bronze", "done", rows=5, seconds=1.0))
    assert "Resume" not in shown(*mended)
    assert "Resume" not in shown(*mended, error=ValueError())
