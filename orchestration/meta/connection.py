"""Connections to Postgres, with errors that name the server and the way out."""

import psycopg
from psycopg.conninfo import conninfo_to_dict

from orchestration.errors import ServiceUnavailable

_CONNECT_TIMEOUT_SECONDS = 10
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
        reason = str(error).strip().splitlines()[-1]
        kind = DatabaseRefused if any(said in reason for said in _REFUSALS) else DatabaseUnavailable
        raise kind(
            f"Postgres at {parts.get('host', 'local socket')}:{parts.get('port', 5432)}"
            f" (database {parts.get('dbname')}, user {parts.get('user')}): {reason};"
            " start it with `pqr up`, or check PQR_POSTGRES_DSN"
        ) from None
