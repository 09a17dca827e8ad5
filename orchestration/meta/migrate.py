"""Apply infra/migrations in order: numbered files once, `.repeat.sql` files at every start."""

import hashlib
from pathlib import Path

import psycopg

from orchestration.errors import WorkFailed
from orchestration.meta.connection import open_connection, readers_give_way, take_lock

MIGRATIONS = Path(__file__).resolve().parents[2] / "infra" / "migrations"

_WAIT_SECONDS = 120.0
_REPEATED = ".repeat.sql"
# The first of the files before these. A database that it made is made anew: two histories of one
# schema are not kept, and what counts of it is in the bucket.
_BEFORE = "002_schemas.sql"


class MigrationFailed(WorkFailed):
    """A migration cannot be applied, an applied one was edited, or other ones made the database."""


def migrate(admin_dsn: str, folder: Path = MIGRATIONS) -> list[str]:
    """Bring the database up to date.

    Every file runs in a transaction of its own, under an advisory lock that makes a second
    process wait. Works for a superuser and for a plain owner of the database: what needs
    privileges that are missing is left out with a notice of the server. Names without a schema
    are those of pg_catalog: whoever may create schemas must not decide what an administrator runs.

    Args:
        admin_dsn: Connection string of who may create schemas in the database.
        folder: Where the files are.

    Returns:
        The names of the numbered files applied now; empty when there was nothing to do.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        MigrationFailed: A file failed, differs from what was applied under its name, or is due
            and the login may not create schemas; the files before these made the database.
        LockHeld: Another process has migrated for too long, or somebody who is no reader keeps a
            table open that a migration changes.
    """
    files = sorted(folder.glob("*.sql"))
    with open_connection(admin_dsn, context="pqr migrate") as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute("set search_path = pg_catalog, pg_temp")
        missing = unapplied(connection, folder)
        if not _may_migrate(connection):
            _require_none(connection, missing)
            return []
        take_lock(connection, "pqr migrations", "the migrations of the database", _WAIT_SECONDS)
        connection.execute("set lock_timeout = '60s'")
        with readers_give_way(connection, "a migration"):
            return [path.name for path in files if _apply(connection, path)]


def unapplied(connection: psycopg.Connection, folder: Path = MIGRATIONS) -> list[str]:
    """The numbered files that the database has not seen yet, in their order.

    Raises:
        MigrationFailed: Files of an earlier version made it.
    """
    known = connection.execute("select to_regclass('meta.migrations') is not null").fetchone()
    rows = connection.execute("select name from meta.migrations") if known == (True,) else ()
    applied = {row[0] for row in rows}
    if _BEFORE in applied:
        raise MigrationFailed(
            f"database {connection.info.dbname} was made by an earlier version ({_BEFORE}): run"
            " `pqr down`, remove PQR_HOME/postgres and what it links to, then `pqr up` and"
            " `pqr restore --from-bucket`, which brings back what was published; on a server of"
            " your own, name an empty database in PQR_POSTGRES_DSN instead of removing anything"
        )
    numbered = sorted(path.name for path in folder.glob("*.sql"))
    return [name for name in numbered if not name.endswith(_REPEATED) and name not in applied]


def _may_migrate(connection: psycopg.Connection) -> bool:
    row = connection.execute(
        """
        select to_regnamespace('meta') is null
            or pg_has_role(nspowner, 'usage') from (select 1) as one
        left join pg_namespace on nspname = 'meta'
        """
    ).fetchone()
    return row == (True,)


def _require_none(connection: psycopg.Connection, missing: list[str]) -> None:
    if missing:
        raise MigrationFailed(
            f"{len(missing)} migrations are due, the first is {missing[0]}, and"
            f" {connection.info.user} does not own schema meta: set PQR_POSTGRES_ADMIN_DSN"
        )


def _apply(connection: psycopg.Connection, path: Path) -> bool:
    """Apply one file if it is due; true for a numbered file applied now."""
    body = path.read_bytes()
    checksum = hashlib.sha256(body).hexdigest()
    is_repeated = path.name.endswith(_REPEATED)
    if not is_repeated:
        applied = connection.execute(
            "select checksum from meta.migrations where name = %s", [path.name]
        ).fetchone()
        if applied == (checksum,):
            return False
        if applied:
            raise MigrationFailed(
                f"migration {path.name} was edited after it was applied"
                f" (checksum {checksum[:12]}, applied {applied[0][:12]}):"
                " restore the file and put the change into a new one"
            )
    try:
        with connection.transaction():
            connection.execute(body)
            if not is_repeated:
                connection.execute(
                    "insert into meta.migrations (name, checksum) values (%s, %s)",
                    [path.name, checksum],
                )
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise MigrationFailed(f"migration {path.name} failed: {reason}") from error
    return not is_repeated
