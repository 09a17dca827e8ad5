"""`pqr backup` and `pqr restore FILE` that are given twice, or killed on the way."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.integration.run.lake import Lake, LakeFactory, small_world
from tests.integration.run.restoring import drop, empty_database, restores_all

pytestmark = pytest.mark.slow


def test_of_two_backups_to_one_name_one_is_whole_and_the_other_refused(
    published: Lake, tmp_path: Path
) -> None:
    file, of_user = tmp_path / "pqr.dump", tmp_path / "pqr.dump.part"
    of_user.write_text("a file of the user's")
    both = [
        subprocess.Popen(
            published.command("backup", str(file)),
            env=published.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 2], said
    assert sum("a backup is never overwritten" in line for line in said) == 1
    assert sorted(tmp_path.iterdir()) == [file, of_user]
    assert of_user.read_text() == "a file of the user's"
    assert file.stat().st_mode & 0o777 == 0o600
    lake = Lake(empty_database(published.settings))
    try:
        restores_all(lake, file, published)
    finally:
        drop(lake.settings)


def test_a_restore_of_a_dump_that_is_killed_is_repeated(published: Lake, tmp_path: Path) -> None:
    file = tmp_path / "pqr.dump"
    assert published.pqr("backup", str(file)).returncode == 0
    lake = Lake(empty_database(published.settings))
    try:
        with subprocess.Popen(
            lake.command("restore", str(file)), env=lake.environment, start_new_session=True
        ) as process:
            # The empty control plane has gone, and the dump's is not there yet.
            while lake.query("select to_regclass('meta.etl_runs') is not null") == [(True,)]:
                assert process.poll() is None
                time.sleep(0.01)
            os.killpg(process.pid, signal.SIGKILL)
        assert lake.query("select to_regclass('meta.etl_runs')") == [(None,)]
        told = lake.pqr("runs")
        assert (told.returncode, told.stderr.count("\n")) == (1, 1), told.stderr
        assert "the database is not of this version" in told.stderr
        restores_all(lake, file, published)
    finally:
        drop(lake.settings)


def test_a_dump_older_than_the_bucket_lets_nothing_be_collected(
    new_lake: LakeFactory, tmp_path: Path
) -> None:
    """What was published after it looks like leftovers, and only the journal knows better."""
    config = small_world(tmp_path)
    days = ("--days", "1", "--config", str(config), "--quiet", "--no-prefect-server")
    of_both = new_lake()
    assert of_both.pqr("run", *days).returncode == 0
    assert of_both.pqr("backup", str(tmp_path / "old.dump")).returncode == 0
    assert of_both.pqr("run", "--start", "2025-09-02", *days).returncode == 0
    lake = Lake(empty_database(of_both.settings))
    try:
        assert lake.pqr("restore", str(tmp_path / "old.dump")).returncode == 0
        told = lake.pqr("verify")
        assert told.returncode == 1
        assert "JOURNAL_AHEAD journal/" in told.stdout
        assert "To mend JOURNAL_AHEAD" in told.stdout
        refused = lake.pqr("gc", "--older-than", "0", "--delete")
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
        assert "`pqr restore --from-bucket`" in refused.stderr
        # The lost day is run again and adopts its objects: then nothing is unknown any more.
        assert lake.pqr("run", "--start", "2025-09-02", *days).returncode == 0
        assert lake.pqr("verify").returncode == 0
        assert lake.pqr("gc", "--older-than", "0", "--delete").returncode == 0
        assert lake.pqr("verify").returncode == 0
    finally:
        drop(lake.settings)
