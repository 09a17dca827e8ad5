"""Addresses of services: their parts, whether they are on loopback, which secrets they may have."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from orchestration.errors import UsageError
from orchestration.settings import variables
from orchestration.settings.postgres_url import PostgresUrl, parse_postgres_url
from orchestration.settings.s3_access import Keys, S3Access, chain_keys, s3_access
from orchestration.settings.secrets import ROLES, EmbeddedSecrets

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

# Whoever listens on the port of a server that is down may ask for the password in plain text, and
# libpq would send it. SCRAM shows it to nobody, and has the server prove that it knows it too.
SCRAM_ONLY = "require_auth=scram-sha-256"


def endpoint_address(name: str, endpoint: str) -> tuple[str, int]:
    """Host and port of an S3 endpoint, the value of the variable `name`.

    Raises:
        UsageError: anything but http(s)://HOST[:PORT].
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise UsageError(f"{name}={endpoint} is not a valid S3 endpoint: {error}") from None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username is not None
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise UsageError(
            f"{name}={endpoint} is not a valid S3 endpoint: it must read http(s)://HOST:PORT"
        )
    return parts.hostname, port


def noted_ports(noted: Mapping[str, Any]) -> dict[str, int]:
    """The ports that a home has noted. Raises KeyError, TypeError, ValueError for any other file.

    A home of before has no Prefect server.
    """
    found = {name: int(noted[name]) for name in ("s3", "postgres")}
    if "prefect" in noted:
        found["prefect"] = int(noted["prefect"])
    for name, port in found.items():
        if not 1024 <= port <= variables.HIGHEST_PORT:
            raise ValueError(f"{name}: {port} is not a port")
    return found


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine alone, by its name or by its address."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def refuse_known_secret(name: str, secret: str, host: str) -> None:
    """Raise UsageError: `secret`, the value of `name`, is well known and `host` not loopback."""
    if secret in KNOWN_SECRETS and not is_loopback(host):
        raise UsageError(
            f"{name} holds a well-known default secret, refused for {host}: "
            "such a secret is accepted on 127.0.0.1 only, set one of your own"
        )


@dataclass(frozen=True)
class S3Settings:
    """The object store. `is_declared`: the environment names the endpoint."""

    endpoint_url: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    bucket: str
    is_embedded: bool
    is_declared: bool = False
    access: S3Access = field(default_factory=S3Access)

    @property
    def keys(self) -> Keys:
        """The keys that count now, for a client that does not renew them itself."""
        if self.access.uses_chain:
            return chain_keys()
        return Keys(self.access_key, self.secret_key, self.access.session_token)


@dataclass(frozen=True)
class PostgresSettings:
    """The database, seen by the writer, by the one who migrates and by who only reads."""

    dsn: str = field(repr=False)
    admin_dsn: str = field(repr=False)
    reader_dsn: str = field(repr=False)
    is_embedded: bool
    is_declared: bool = False

    @property
    def url(self) -> PostgresUrl:
        """The parts of the writer's DSN."""
        return parse_postgres_url("PQR_POSTGRES_DSN", self.dsn)

    @property
    def shared_dsn(self) -> str:
        """The writer's DSN for other programs: a psql of before 16 does not know SCRAM_ONLY."""
        return replace(self.url, options="").dsn() if self.is_embedded else self.dsn


def catalog_url(dsn: str) -> str:
    """The catalog of the Iceberg tables, in its own schema, as SQLAlchemy writes it."""
    url = parse_postgres_url("PQR_POSTGRES_DSN", dsn)
    options = "&".join(filter(None, (url.options, "options=-csearch_path%3Diceberg")))
    return replace(url, options=options).dsn().replace("postgresql://", "postgresql+psycopg://", 1)


def s3_settings(env: Mapping[str, str], port: int, secrets: EmbeddedSecrets) -> S3Settings:
    """The object store that the environment names, or the embedded one on `port`.

    Raises:
        UsageError: An endpoint without its keys, or a known secret for one that is not on loopback.
    """
    bucket = variables.bucket_name(env, "pqr-lakehouse")
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1"
    name = "AWS_ENDPOINT_URL" if "AWS_ENDPOINT_URL" in env else "RUSTFS_ENDPOINT"
    endpoint = env.get(name)
    key = env.get("AWS_ACCESS_KEY_ID") or env.get("RUSTFS_ACCESS_KEY")
    secret = env.get("AWS_SECRET_ACCESS_KEY") or env.get("RUSTFS_SECRET_KEY")
    own = S3Settings(
        endpoint_url=f"http://127.0.0.1:{port}",
        # The embedded server accepts any region, so a region of the user's AWS profile is ignored:
        # profiles.yml has the same one.
        region=region if endpoint else "us-east-1",
        access_key=secrets.access_key,
        secret_key=secrets.secret_key,
        bucket=bucket,
        is_embedded=True,
        is_declared=endpoint is not None,
    )
    if endpoint is None:
        return own  # keys without an endpoint are ignored: nobody writes to a real account
    host, endpoint_port = endpoint_address(name, endpoint)
    own_keys = (own.access_key, own.secret_key)
    is_own_key = (key or own.access_key, secret or own.secret_key) == own_keys
    if is_loopback(host) and endpoint_port == port and is_own_key:
        return own
    access = s3_access(env, host, is_address=_is_address(host))
    if access.uses_chain:
        chain_keys()  # none is an error here, and not in the middle of a run
        key = secret = ""
    elif key is None or secret is None:
        missing = "AWS_ACCESS_KEY_ID" if key is None else "AWS_SECRET_ACCESS_KEY"
        raise UsageError(
            f"{name}={endpoint} is set but {missing} is not: set it, or unset {name};"
            " PQR_S3_CREDENTIALS=chain takes what AWS's credential chain finds"
        )
    else:
        refuse_known_secret("AWS_SECRET_ACCESS_KEY", secret, host)
    return S3Settings(endpoint.rstrip("/"), region, key, secret, bucket, False, True, access)


def postgres_settings(
    env: Mapping[str, str], port: int, secrets: EmbeddedSecrets
) -> PostgresSettings:
    """The database that the environment names, or the embedded one on `port`.

    Raises:
        UsageError: A malformed DSN, or a known secret for a server that is not on loopback.
    """
    database = variables.database_name(env, "pqr_lakehouse")
    dsn = env.get("PQR_POSTGRES_DSN") or _compose_dsn(env)
    if dsn is None:
        return embedded_postgres(port, database, secrets, is_declared=False)
    url = parse_postgres_url("PQR_POSTGRES_DSN", dsn)
    writer = ("lake_writer", secrets.password("lake_writer"))
    if is_loopback(url.host) and url.port == port and (url.user, url.password) == writer:
        return embedded_postgres(port, url.database, secrets, is_declared=True)
    refuse_known_secret("PQR_POSTGRES_DSN", url.password, url.host)
    others = {
        name: env.get(name, dsn) for name in ("PQR_POSTGRES_ADMIN_DSN", "PQR_POSTGRES_READER_DSN")
    }
    for name, other in others.items():
        other_url = parse_postgres_url(name, other)
        refuse_known_secret(name, other_url.password, other_url.host)
    admin, reader = others.values()
    return PostgresSettings(dsn, admin, reader, is_embedded=False, is_declared=True)


def embedded_postgres(
    port: int, database: str, secrets: EmbeddedSecrets, *, is_declared: bool
) -> PostgresSettings:
    """The embedded server's database, with the logins of its three roles."""
    urls = {
        role: PostgresUrl("127.0.0.1", port, role, secrets.password(role), database, SCRAM_ONLY)
        for role in ROLES
    }
    return PostgresSettings(
        urls["lake_writer"].dsn(),
        urls["pqr_admin"].dsn(),
        urls["bi_reader"].dsn(),
        is_embedded=True,
        is_declared=is_declared,
    )


def _compose_dsn(env: Mapping[str, str]) -> str | None:
    """The DSN that compose's POSTGRES_* names describe, when they say on which host."""
    if "POSTGRES_HOST" not in env:
        return None
    port = variables.integer(env, "POSTGRES_PORT", 5432, 1, 65535)
    url = PostgresUrl(
        env["POSTGRES_HOST"],
        port,
        env.get("POSTGRES_USER", "postgres"),
        env.get("POSTGRES_PASSWORD", ""),
        env.get("POSTGRES_DB", "pqr_lakehouse"),
    )
    return url.dsn()
