"""Connections to Postgres, with errors that name the server and the way out."""

import psycopg
from psycopg.conninfo import conninfo_to_dict

from orchestration.errors import ServiceUnavailable

_CONNECT_TIMEOUT_SECONDS = 10


class DatabaseUnavailable(ServiceUnavailable):
    """Postgres does not answer, or refuses the login."""


def open_connection(dsn: str, *, context: str = "pqr") -> psycopg.Connection:
    """Open an autocommit connection; transactions are opened by name where they are needed.

    Args:
        dsn: Connection string. Its password never appears in an error.
        context: application_name, which audit columns record as execution_context.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
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
        raise DatabaseUnavailable(
            f"Postgres at {parts.get('host', 'local socket')}:{parts.get('port', 5432)}"
            f" (database {parts.get('dbname')}, user {parts.get('user')}): {reason};"
            " start it with `pqr up`, or check PQR_POSTGRES_DSN"
        ) from None
