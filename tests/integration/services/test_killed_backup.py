"""What a killed `pqr backup` leaves beside the backups of a folder."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from orchestration.services import lifecycle
from orchestration.settings import load_settings
from tests.integration.services.conftest import Pqr, environment

_DAY_SECONDS = 86_400


def test_a_backup_removes_what_a_killed_one_left_a_day_ago(
    pqr: Pqr, own_home: dict[str, str], tmp_path: Path
) -> None:
    lifecycle.up(load_settings(own_home))
    backups = tmp_path / "backups"
    backups.mkdir()
    left = _killed_backup(own_home, backups)
    assert pqr("backup", str(backups / "first.dump"), **own_home).returncode == 0
    # It might be another command's that is still at work.
    assert left.exists()
    for path in (*left.iterdir(), left):
        os.utime(path, (time.time() - 2 * _DAY_SECONDS,) * 2)
    (backups / ".pqr-backup-of-the-user").symlink_to(tmp_path)
    assert pqr("backup", str(backups / "second.dump"), **own_home).returncode == 0
    names = sorted(path.name for path in backups.iterdir())
    assert names == [".pqr-backup-of-the-user", "first.dump", "second.dump"]
    assert tmp_path.is_dir()


def _killed_backup(home: dict[str, str], backups: Path) -> Path:
    """The folder of a backup that was killed while pg_dump waited for a table."""
    dsn = load_settings(home).postgres.admin_dsn
    with psycopg.connect(dsn) as holder:
        holder.execute("lock table meta.etl_runs in access exclusive mode")
        with subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "backup", str(backups / "never.dump")],
            env=environment(home),
        ) as process:
            while not _is_anybody_waiting(dsn):
                assert process.poll() is None
                time.sleep(0.05)
            process.kill()
    while _has_sessions_of_pg_dump(dsn):
        time.sleep(0.05)
    (left,) = backups.iterdir()
    return left


def _is_anybody_waiting(dsn: str) -> bool:
    with psycopg.connect(dsn) as looker:
        waiting = "select from pg_stat_activity where wait_event_type = 'Lock'"
        return looker.execute(waiting).fetchone() is not None


def _has_sessions_of_pg_dump(dsn: str) -> bool:
    with psycopg.connect(dsn) as looker:
        found = "select from pg_stat_activity where application_name = 'pg_dump'"
        return looker.execute(found).fetchone() is not None
