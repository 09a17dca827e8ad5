"""Logins of a PostgreSQL of one's own: `python -m orchestration.services.logins`, then `pqr up`.

Migrations make roles without passwords. This gives those of PQR_POSTGRES_DSN and
PQR_POSTGRES_READER_DSN the passwords that these variables hold, by the login of
PQR_POSTGRES_ADMIN_DSN; and Prefect's server, where PREFECT_API_DATABASE_CONNECTION_URL is a
PostgreSQL, a role and a database. Safe to repeat.
"""

import sys

import psycopg
from psycopg import sql

from orchestration.errors import PqrError, UsageError
from orchestration.meta.connection import open_connection
from orchestration.settings import Settings, load_settings
from orchestration.settings.postgres_url import PostgresUrl, parse_postgres_url

PREFECT_VARIABLE = "PREFECT_API_DATABASE_CONNECTION_URL"


def ensure_logins(settings: Settings, prefect_url: str = "") -> list[str]:
    """Make the roles that are missing and set their passwords; the names of all of them.

    Args:
        settings: Whose PostgreSQL is not embedded.
        prefect_url: Where Prefect's server keeps its tables; only one of PostgreSQL counts.

    Raises:
        UsageError: The database is embedded, or two of the logins are the same.
        DatabaseUnavailable: The server cannot be reached or refuses the login.
    """
    if settings.postgres.is_embedded:
        raise UsageError("PQR_POSTGRES_DSN is not set: `pqr up` makes the embedded logins itself")
    urls = [
        parse_postgres_url("PQR_POSTGRES_DSN", settings.postgres.dsn),
        parse_postgres_url("PQR_POSTGRES_READER_DSN", settings.postgres.reader_dsn),
    ]
    admin = parse_postgres_url("PQR_POSTGRES_ADMIN_DSN", settings.postgres.admin_dsn)
    prefect = None
    if prefect_url.startswith("postgresql"):
        scheme, _, rest = prefect_url.partition("://")
        prefect = parse_postgres_url(PREFECT_VARIABLE, f"{scheme.partition('+')[0]}://{rest}")
        urls.append(prefect)
    names = [_role(url) for url in urls]
    if len({*names, _role(admin)}) <= len(names):
        raise UsageError(f"{', '.join(names)}: writer, reader and administrator must be different")
    with open_connection(settings.postgres.admin_dsn, context="pqr logins") as connection:
        for url in urls:
            _ensure_login(connection, url)
        if prefect is not None:
            _ensure_database(connection, prefect)
    return names


def _role(url: PostgresUrl) -> str:
    """The role; the pooler of a Supabase project takes it as ROLE.PROJECT."""
    return url.user.partition(".")[0]


def _ensure_login(connection: psycopg.Connection, url: PostgresUrl) -> None:
    role = sql.Identifier(_role(url))
    found = connection.execute("select from pg_roles where rolname = %s", [_role(url)])
    if found.fetchone() is None:
        connection.execute(sql.SQL("create role {} login").format(role))
    # Encrypted here: the server's log may show statements.
    verifier = connection.pgconn.encrypt_password(
        url.password.encode(), _role(url).encode(), b"scram-sha-256"
    )
    connection.execute(
        sql.SQL("alter role {} login password {}").format(role, sql.Literal(verifier.decode()))
    )


def _ensure_database(connection: psycopg.Connection, url: PostgresUrl) -> None:
    found = connection.execute("select from pg_database where datname = %s", [url.database])
    if found.fetchone() is not None:
        return
    role, database = sql.Identifier(_role(url)), sql.Identifier(url.database)
    # Only a member of a role may give it a database, unless it is a superuser.
    connection.execute(sql.SQL("grant {} to current_user").format(role))
    connection.execute(sql.SQL("create database {} owner {}").format(database, role))
    connection.execute(sql.SQL("revoke connect on database {} from public").format(database))


def main() -> None:
    """Take the addresses from the environment; one line for each login."""
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

    url = PREFECT_API_DATABASE_CONNECTION_URL.value()
    text = "" if url is None else str(getattr(url, "get_secret_value", lambda: url)())
    try:
        for name in ensure_logins(load_settings(), text):
            print(f"login {name}")
    except PqrError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
