"""Addresses of services: their parts, whether they are on loopback, which secrets they may have."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from orchestration.errors import UsageError

# Defaults that everybody knows: ours, and those that images and tutorials ship.
KNOWN_SECRETS = frozenset(
    {
        "",
        "pqr-local-secret",
        "pqr-local-admin",
        "pqr-local-writer",
        "pqr-local-reader",
        "rustfsadmin",
        "minioadmin",
        "postgres",
        "password",
        "admin",
        "change-me",
        "changeme",
    }
)


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
            f"{name} is no PostgreSQL URL: it must read {form}, with / # ? @ in a password as %XX"
        ) from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise UsageError(f"{name} is no PostgreSQL URL: it must read {form}")
    database = unquote(parts.path.removeprefix("/"))
    for part, value in (
        ("host", parts.hostname),
        ("user", parts.username),
        ("database", database),
    ):
        if not value:
            raise UsageError(f"{name} names no {part}: it must read {form}")
    return PostgresUrl(
        parts.hostname or "",
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        database,
        parts.query,
    )


def endpoint_address(name: str, endpoint: str) -> tuple[str, int]:
    """Host and port of an S3 endpoint, the value of the variable `name`.

    Raises:
        UsageError: anything but http(s)://HOST[:PORT].
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise UsageError(f"{name}={endpoint} is no S3 endpoint: {error}") from None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username is not None
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise UsageError(f"{name}={endpoint} is no S3 endpoint: it must read http(s)://HOST:PORT")
    return parts.hostname, port


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine alone, by its name or by its address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_known_secret(name: str, secret: str, host: str) -> None:
    """Raise UsageError: `secret`, the value of `name`, is well known and `host` not loopback."""
    if secret in KNOWN_SECRETS and not is_loopback(host):
        raise UsageError(
            f"{name} holds a well-known default secret, refused for {host}: "
            "such a secret is accepted on 127.0.0.1 only, set one of your own"
        )
