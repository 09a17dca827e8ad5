"""The parts of a PostgreSQL URL, apart and together."""

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from orchestration.errors import UsageError


@dataclass(frozen=True)
class PostgresUrl:
    """The parts of a PostgreSQL URL; `options` is what follows the question mark."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    options: str = ""

    def dsn(self) -> str:
        """The URL, with the parts escaped."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        account = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        options = f"?{self.options}" if self.options else ""
        return f"postgresql://{account}@{host}:{self.port}/{quote(self.database, safe='')}{options}"


def parse_postgres_url(name: str, dsn: str) -> PostgresUrl:
    """Take `dsn`, the value of the variable `name`, apart.

    Raises:
        UsageError: no PostgreSQL URL with user, host and database. Never shows the password.
    """
    form = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    try:
        parts = urlsplit(dsn)
        port = parts.port or 5432
    except ValueError:
        # Its message would show what stands where the port should be: often half a password.
        raise UsageError(
            f"{name} is not a valid PostgreSQL URL: it must read {form},"
            " with / # ? @ in a password as %XX"
        ) from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise UsageError(f"{name} is not a valid PostgreSQL URL: it must read {form}")
    database = unquote(parts.path.removeprefix("/"))
    for part, value in (
        ("host", parts.hostname),
        ("user", parts.username),
        ("database", database),
    ):
        if not value:
            raise UsageError(f"{name} has no {part}: it must read {form}")
    _require_known(name, dsn)
    return PostgresUrl(
        parts.hostname or "",
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        database,
        parts.query,
    )


def _require_known(name: str, dsn: str) -> None:
    """Raise UsageError for what libpq itself would refuse; its message may show a password."""
    if "?" not in dsn and "%" not in dsn:
        return
    # Here: few addresses have anything that needs it.
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(dsn)
    except ProgrammingError:
        raise UsageError(
            f"{name} has a parameter after ? that PostgreSQL does not know, or a %XX that is not"
            " a character"
        ) from None
