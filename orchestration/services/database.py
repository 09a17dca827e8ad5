"""The database: seen to take the login."""

import psycopg

from orchestration.services.errors import Refused, Unreachable
from orchestration.settings import PostgresSettings

REFUSED_STATES = ("28", "3D", "42501")  # wrong login, no such database, no privilege


def check_database(postgres: PostgresSettings) -> str:
    """Log in and ask for the version.

    Returns:
        The server's version, such as `18.6`.

    Raises:
        Unreachable: nothing answers. Refused: wrong password, or no such database.
    """
    url = postgres.url
    where = f"PostgreSQL at {url.host}:{url.port}"
    way = "`pqr up`" if postgres.is_embedded else "check PQR_POSTGRES_DSN"
    try:
        with psycopg.connect(postgres.dsn, connect_timeout=5) as connection:
            row = connection.execute("show server_version").fetchone()
            return "" if row is None else str(row[0]).split()[0]
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[-1].rpartition("FATAL:")[2].strip()
        if "FATAL:" in str(error):
            raise Refused(
                f"{where} refuses {url.user} on database {url.database} ({said}): {way}"
            ) from None
        raise Unreachable(f"{where} cannot be reached ({said}): {way}") from None
