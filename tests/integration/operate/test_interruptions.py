"""What happens to a run when servers go away, or somebody stops it."""

import os
import re
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.services import lifecycle, postgres, s3
from orchestration.settings import load_settings
from tests.conftest import free_ports
from tests.integration.run.lake import ROOT, Lake

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
CONNECTED = "select count(*) from pg_stat_activity where application_name = 'pqr sql'"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Lake]:
    """A lake on services of the test's own, which it may stop."""
    s3_port, postgres_port = free_ports()
    settings = load_settings(
        {
            "PQR_HOME": str(tmp_path / "home"),
            "PQR_S3_PORT": str(s3_port),
            "PQR_POSTGRES_PORT": str(postgres_port),
            "PQR_PREFECT_PORT": str(postgres_port + 1),
        }
    )
    lifecycle.up(settings)
    yield Lake(settings)
    lifecycle.delete(settings.home)


class Command:
    """A command at work, and the lines that it has printed."""

    def __init__(self, lake: Lake, *arguments: str) -> None:
        self.process = subprocess.Popen(
            lake.command(*arguments),
            env=lake.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def wait_for(self, start: str) -> None:
        """Until a line begins with `start`, or the command ends."""
        while self.process.poll() is None:
            if any(line.startswith(start) for line in self.lines):
                return
            time.sleep(0.1)
        raise AssertionError("".join(self.lines))

    def end(self) -> tuple[int, str]:
        code = self.process.wait(600)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code, "".join(self.lines)


def last_run(lake: Lake) -> tuple[object, ...]:
    return lake.query("select status, attempt from meta.etl_runs order by run_seq desc limit 1")[0]


def locks(lake: Lake) -> int:
    """World locks that somebody holds."""
    found = lake.query(
        "select count(*) from pg_locks join pg_stat_activity using (pid)"
        " where locktype = 'advisory' and granted"
    )
    return int(str(found[0][0]))


def test_a_run_survives_s3_away_for_ten_seconds_and_a_restart_of_postgresql(own: Lake) -> None:
    run = Command(own, "run", "--days", "1")
    run.wait_for("raw")
    s3.halt(own.settings.home, at_once=True)
    time.sleep(10)
    s3.start(own.settings)
    run.wait_for("bronze")
    time.sleep(3)  # silver has begun
    postgres.halt(own.settings.home, at_once=True)
    postgres.start(own.settings)
    run.wait_for("silver")
    s3.halt(own.settings.home, at_once=True)
    time.sleep(10)
    s3.start(own.settings)
    run.wait_for("gold")
    time.sleep(3)
    postgres.halt(own.settings.home, at_once=True)
    postgres.start(own.settings)
    code, said = run.end()
    assert code == 0, said
    status, attempt = last_run(own)
    assert status in ("PUBLISHED", "DEGRADED")
    assert attempt == 1
    assert own.query("select count(*) from meta.task_runs where status = 'RUNNING'") == [(0,)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("reached", ["Run", "bronze"])
def test_a_stopped_run_is_cancelled_and_the_same_command_goes_on(
    own: Lake, number: signal.Signals, reached: str
) -> None:
    run = Command(own, "run", "--days", "1")
    run.wait_for(reached)
    if reached == "Run":  # before anything is committed, while workers simulate
        while own.query("select count(*) from meta.task_runs") == [(0,)]:
            time.sleep(0.1)
    else:
        time.sleep(3)
    # A terminal sends Ctrl-C to every process of the command, a scheduler SIGTERM to the first.
    (os.killpg if number == signal.SIGINT else os.kill)(run.process.pid, number)
    code, said = run.end()
    assert code == 128 + number, said
    assert "traceback" not in said.lower()
    if reached == "bronze":
        assert re.search(r"^\w+ +cancelled ", said, re.MULTILINE)
        assert not re.search(r"^\w+ +failed ", said, re.MULTILINE)
    assert last_run(own) == ("CANCELLED", 1)
    assert locks(own) == 0
    done = own.pqr("run", "--days", "1")
    assert done.returncode == 0, done.stderr
    assert last_run(own)[1] == 2


def test_a_run_whose_reader_leaves_goes_on_to_its_end(own: Lake) -> None:
    run = " ".join(map(shlex.quote, own.command("run", "--days", "1")))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{{ {run}; echo $? >&2; }} | head -1"],
        env=own.environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("Run ")
    assert done.stderr == "0\n"
    assert last_run(own)[0] in ("PUBLISHED", "DEGRADED")


def test_a_server_that_goes_away_under_a_command_is_one_line(own: Lake) -> None:
    assert own.pqr("run", "--days", "1").returncode == 0
    with subprocess.Popen(
        own.command("sql"), env=own.environment, cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as asking:  # fmt: skip
        # It is connected, and waits for its query.
        while own.query(CONNECTED) == [(0,)]:
            assert asking.poll() is None
            time.sleep(0.1)
        postgres.halt(own.settings.home, at_once=True)
        said = asking.communicate("select 1")[1]
    assert (asking.returncode, said.count("\n")) == (3, 1), said
    assert "a service went away" in said
    assert "`pqr up` starts it" in said


def test_a_stopped_backfill_cancels_every_run_and_goes_on(own: Lake) -> None:
    days = ("backfill", "--start", "2025-09-01", "--days", "2")
    backfill = Command(own, *days)
    backfill.wait_for("raw")
    time.sleep(3)
    os.kill(backfill.process.pid, signal.SIGTERM)
    code, said = backfill.end()
    assert code == 143, said
    assert own.query("select distinct status from meta.etl_runs") == [("CANCELLED",)]
    assert locks(own) == 0
    done = own.pqr(*days)
    assert done.returncode == 0, done.stderr
    assert own.query("select count(*) from meta.etl_runs where attempt = 2") == [(2,)]


def test_of_two_backfills_of_a_world_the_second_is_refused(own: Lake) -> None:
    first = Command(own, "backfill", "--start", "2025-09-01", "--days", "2")
    first.wait_for("raw")
    second = own.pqr("backfill", "--start", "2025-09-02", "--end", "2025-09-03", "--allow-gap")
    assert second.returncode == 4
    assert "is being worked on by another process" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
    code, said = first.end()
    assert code == 0, said
