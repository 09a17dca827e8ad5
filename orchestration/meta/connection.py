"""Connections to PostgreSQL, with errors that name the way out, and the advisory locks they hold.

Locks are of the session and not of a transaction: one that stays open for a whole run would keep
VACUUM from marking what the run publishes as visible. 900_readers.repeat.sql takes the functions
away from everybody but the writer, so that no reader can hold them.
"""

import contextlib
import threading
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from orchestration.errors import Locked, ServiceUnavailable

_CONNECT_TIMEOUT_SECONDS = 10
# Below the lock_timeout of what replaces views and tables: a reader is ended before we give up.
_PATIENCE_SECONDS = 10
_POLL_SECONDS = 1.0
# What the server says when it is well and will not have us: trying again changes nothing.
_REFUSALS = ("authentication failed", "no pg_hba.conf entry", "does not exist", "permission denied")


class DatabaseUnavailable(ServiceUnavailable):
    """Postgres does not answer, or refuses the login."""


class DatabaseRefused(DatabaseUnavailable):
    """Postgres answers, and refuses the login or the database."""

    may_pass = False


def open_connection(dsn: str, *, context: str = "pqr") -> psycopg.Connection:
    """Open an autocommit connection; transactions are opened by name where they are needed.

    Args:
        dsn: Connection string. Its password never appears in an error.
        context: application_name, which audit columns record as execution_context.

    Raises:
        DatabaseUnavailable: The server cannot be reached; DatabaseRefused: it refuses the login.
    """
    try:
        return psycopg.connect(
            dsn,
            autocommit=True,
            application_name=context,
            connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        )
    except psycopg.OperationalError as error:
        parts = conninfo_to_dict(dsn)
        # libpq ends with a question of its own, behind a tab.
        lines = [line for line in str(error).strip().splitlines() if not line.startswith("\t")]
        reason = lines[-1]
        kind = DatabaseRefused if any(said in reason for said in _REFUSALS) else DatabaseUnavailable
        raise kind(
            f"Postgres at {parts.get('host', 'local socket')}:{parts.get('port', 5432)}"
            f" (database {parts.get('dbname')}, user {parts.get('user')}): {reason};"
            " start it with `pqr up`, or check PQR_POSTGRES_DSN"
        ) from None


class LockHeld(Locked):
    """Another session holds the lock, and did not give it back in time."""


def take_lock(connection: psycopg.Connection, key: str, subject: str, wait_seconds: float) -> None:
    """Take the lock `key` for this session, or wait for it.

    Args:
        connection: Autocommit.
        key: The lock's name.
        subject: What it protects, in the words of an error message.
        wait_seconds: How long to wait.

    Raises:
        LockHeld: It was held all the time. Names the holder.
    """
    try:
        with connection.transaction():
            connection.execute(f"set local lock_timeout = {int(wait_seconds * 1000)}")
            connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [key])
    except psycopg.errors.LockNotAvailable:
        raise LockHeld(
            f"{subject} has been held for more than {wait_seconds:.0f} s by"
            f" {holder(connection, key)}: wait for it, or end it"
        ) from None


def try_lock(connection: psycopg.Connection, key: str) -> bool:
    """Take the lock `key` for this session if nobody else holds it."""
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended(%s, 0))", [key]
    ).fetchone()
    return row == (True,)


def release_lock(connection: psycopg.Connection, key: str) -> None:
    """Give the lock back; closing the connection does the same."""
    connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def holder(connection: psycopg.Connection, key: str) -> str:
    """Who holds the lock, in words; a login sees the details of its own sessions alone."""
    row = connection.execute(
        """
        select
            activity.usename, coalesce(activity.application_name, ''), activity.pid,
            to_char(activity.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
        from (select hashtextextended(%s, 0) as number) as wanted
        join pg_locks as held
            on held.locktype = 'advisory' and held.granted and held.objsubid = 1
            and held.classid::bigint = (wanted.number >> 32) & 4294967295
            and held.objid::bigint = wanted.number & 4294967295
        join pg_stat_activity as activity on activity.pid = held.pid
        where held.database = (select oid from pg_database where datname = current_database())
        limit 1
        """,
        [key],
    ).fetchone()
    if row is None:
        return "a session that has just ended"
    user, application, pid, since = row
    return _session(user, application, pid, since)


@contextlib.contextmanager
def readers_give_way(connection: psycopg.Connection, subject: str) -> Iterator[None]:
    """End readers' sessions that sessions of this login wait for while the block runs.

    A reader may keep a transaction open for as long as it likes. Whoever replaces a view that it
    has read waits some seconds for it, then ends its session. Others are not ended, but named.

    Args:
        connection: Of the login whose sessions wait; another one like it is opened.
        subject: What waits, in the words of an error message.

    Raises:
        LockHeld: The block failed because somebody did not give way in time.
    """
    dsn = make_conninfo(connection.info.dsn, password=connection.info.password)
    in_the_way: list[str] = []
    is_over = threading.Event()
    watch = threading.Thread(target=_end_readers, args=(dsn, is_over, in_the_way), daemon=True)
    watch.start()
    try:
        yield
    except Exception as error:
        if "due to lock timeout" not in str(error):
            raise
        who = ", ".join(dict.fromkeys(in_the_way)) or "a session that has just ended"
        raise LockHeld(
            f"{subject} waited too long for {who}: end that session, then run the same command"
            " again"
        ) from error
    finally:
        is_over.set()
        watch.join()


def _end_readers(dsn: str, is_over: threading.Event, in_the_way: list[str]) -> None:
    # Without its connection there is nobody to end; the work itself says what is wrong.
    with (
        contextlib.suppress(psycopg.Error, DatabaseUnavailable),
        open_connection(dsn, context="pqr readers") as connection,
    ):
        while not is_over.wait(_POLL_SECONDS):
            rows = connection.execute(
                "select login, application, process, is_ended"
                " from meta.end_readers_in_the_way(make_interval(secs => %s))",
                [_PATIENCE_SECONDS],
            )
            in_the_way += [_session(*row[:3]) for row in rows if not row[3]]


def _session(user: str, application: str | None, pid: int, since: str | None = None) -> str:
    name = f"{application!r} of {user}" if application else user
    return f"{name} (PostgreSQL pid {pid}" + (f", connected since {since} UTC)" if since else ")")
