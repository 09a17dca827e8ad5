"""Settings: the one place that reads the environment, validates it and fills in the defaults.

Without an S3 endpoint or a PostgreSQL DSN in the environment the embedded services count, with the
random secrets that `pqr up` keeps in PQR_HOME.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from orchestration.errors import UsageError
from orchestration.settings import variables
from orchestration.settings.dask import DaskSettings, dask_settings
from orchestration.settings.endpoints import (
    PostgresUrl,
    endpoint_address,
    is_loopback,
    parse_postgres_url,
    refuse_known_secret,
)
from orchestration.settings.environment import check_environment
from orchestration.settings.lineage import LineageSettings, lineage_settings
from orchestration.settings.secrets import ROLES, EmbeddedSecrets, draw_secrets, read_secrets

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PORTS_FILE = "ports.json"
DEFAULT_S3_PORT = 19000
DEFAULT_POSTGRES_PORT = 15432
SIDE_PORTS = 9  # the embedded S3 server takes its port and the nine after it


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


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. `today`, if set, stands for the clock's in Colombia.

    `secrets` are those of the embedded services: the home's, or new ones for the first `pqr up`.
    """

    home: Path
    project_root: Path
    s3: S3Settings
    postgres: PostgresSettings
    s3_port: int
    postgres_port: int
    dask_scheduler: str | None
    dask: DaskSettings
    lineage: LineageSettings
    log_format: str
    secrets: EmbeddedSecrets
    has_secrets: bool
    today: date | None = None

    @property
    def object_cache(self) -> Path:
        """The folder of the local copies of the lake's objects; it may be deleted at any time."""
        return self.home / "objects"

    def with_secrets(self, secrets: EmbeddedSecrets) -> "Settings":
        """The same settings with `secrets` for the services that are embedded."""
        s3, postgres = self.s3, self.postgres
        if s3.is_embedded:
            s3 = replace(s3, access_key=secrets.access_key, secret_key=secrets.secret_key)
        if postgres.is_embedded:
            url = postgres.url
            postgres = _embedded_postgres(
                url.port, url.database, secrets, is_declared=postgres.is_declared
            )
        return replace(self, s3=s3, postgres=postgres, secrets=secrets, has_secrets=True)

    def exports(self) -> dict[str, str]:
        """Variables that give another program, dbt above all, the same services."""
        url = self.postgres.url
        return {
            "PQR_HOME": str(self.home),
            "PQR_BUCKET": self.s3.bucket,
            "PQR_S3_PORT": str(self.s3_port),
            "AWS_ENDPOINT_URL": self.s3.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.s3.access_key,
            "AWS_SECRET_ACCESS_KEY": self.s3.secret_key,
            "AWS_REGION": self.s3.region,
            "PQR_POSTGRES_DSN": self.postgres.dsn,
            "PQR_POSTGRES_HOST": url.host,
            "PQR_POSTGRES_PORT": str(url.port),
            "PQR_POSTGRES_USER": url.user,
            "PQR_POSTGRES_PASSWORD": url.password,
            "PQR_POSTGRES_DB": url.database,
            "PQR_DUCKDB_EXTENSIONS": str(self.home / "duckdb_extensions"),
        }


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment, or `environ` in its place. An empty value counts as unset.

    Raises:
        UsageError: a variable that is malformed, missing beside another, or a known default
            secret for a service that is not on loopback. Names the variable and the value.
    """
    given = os.environ if environ is None else environ
    env = {name: value.strip() for name, value in given.items() if value.strip()}
    if environ is None:
        check_environment()
    home = variables.folder(env, "PQR_HOME", PROJECT_ROOT / ".pqr")
    recorded = recorded_ports(home)
    s3_port = variables.port(env, "PQR_S3_PORT", recorded.get("s3", DEFAULT_S3_PORT), SIDE_PORTS)
    postgres_port = variables.port(
        env, "PQR_POSTGRES_PORT", recorded.get("postgres", DEFAULT_POSTGRES_PORT)
    )
    kept = read_secrets(home)
    own = kept or draw_secrets()
    return Settings(
        home=home,
        project_root=PROJECT_ROOT,
        s3=_s3(env, s3_port, own),
        postgres=_postgres(env, postgres_port, own),
        s3_port=s3_port,
        postgres_port=postgres_port,
        dask_scheduler=variables.dask_scheduler(env),
        dask=dask_settings(env),
        lineage=lineage_settings(env),
        log_format=variables.choice(env, "PQR_LOG_FORMAT", ("text", "json")),
        secrets=own,
        has_secrets=kept is not None,
        today=variables.day(env, "PQR_TODAY"),
    )


def kill_point(environ: Mapping[str, str] | None = None) -> str | None:
    """The step at which a test kills this process: PQR_KILL_AT, heard only with PQR_TESTING=1."""
    given = os.environ if environ is None else environ
    return given.get("PQR_KILL_AT") if given.get("PQR_TESTING") == "1" else None


@contextmanager
def exported(values: Mapping[str, str], *, override: bool = True) -> Iterator[None]:
    """Export variables to libraries of this process and to its children, for the time of a block.

    With `override` false, what the user has set stays.
    """
    before = {name: os.environ.get(name) for name in values}
    chosen = {name: value for name, value in values.items() if override or before[name] is None}
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name in chosen:
            old = before[name]
            if old is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = old


def recorded_ports(home: Path) -> dict[str, int]:
    """The ports that `pqr up` chose for this home, so that later commands need no variable."""
    try:
        ports = json.loads((home / PORTS_FILE).read_text())
        return {name: int(ports[name]) for name in ("s3", "postgres")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # never started, or a torn file: `pqr up` writes it anew


def _s3(env: Mapping[str, str], port: int, secrets: EmbeddedSecrets) -> S3Settings:
    bucket = variables.bucket_name(env, "pqr-lakehouse")
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1"
    name = "AWS_ENDPOINT_URL" if "AWS_ENDPOINT_URL" in env else "RUSTFS_ENDPOINT"
    endpoint = env.get(name)
    key = env.get("AWS_ACCESS_KEY_ID") or env.get("RUSTFS_ACCESS_KEY")
    secret = env.get("AWS_SECRET_ACCESS_KEY") or env.get("RUSTFS_SECRET_KEY")
    own = S3Settings(
        endpoint_url=f"http://127.0.0.1:{port}",
        # The embedded server signs for any region: a region of the user's AWS profile is no reason
        # to differ from profiles.yml.
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
    if key is None or secret is None:
        missing = "AWS_ACCESS_KEY_ID" if key is None else "AWS_SECRET_ACCESS_KEY"
        raise UsageError(f"{name}={endpoint} is set but {missing} is not: set it, or unset {name}")
    refuse_known_secret("AWS_SECRET_ACCESS_KEY", secret, host)
    return S3Settings(endpoint.rstrip("/"), region, key, secret, bucket, False, True)


def _postgres(env: Mapping[str, str], port: int, secrets: EmbeddedSecrets) -> PostgresSettings:
    database = variables.database_name(env, "pqr_lakehouse")
    dsn = env.get("PQR_POSTGRES_DSN") or _compose_dsn(env)
    if dsn is None:
        return _embedded_postgres(port, database, secrets, is_declared=False)
    url = parse_postgres_url("PQR_POSTGRES_DSN", dsn)
    writer = ("lake_writer", secrets.password("lake_writer"))
    if is_loopback(url.host) and url.port == port and (url.user, url.password) == writer:
        return _embedded_postgres(port, url.database, secrets, is_declared=True)
    refuse_known_secret("PQR_POSTGRES_DSN", url.password, url.host)
    others = {
        name: env.get(name, dsn) for name in ("PQR_POSTGRES_ADMIN_DSN", "PQR_POSTGRES_READER_DSN")
    }
    for name, other in others.items():
        other_url = parse_postgres_url(name, other)
        refuse_known_secret(name, other_url.password, other_url.host)
    admin, reader = others.values()
    return PostgresSettings(dsn, admin, reader, is_embedded=False, is_declared=True)


def _embedded_postgres(
    port: int, database: str, secrets: EmbeddedSecrets, *, is_declared: bool
) -> PostgresSettings:
    dsns = {
        role: PostgresUrl("127.0.0.1", port, role, secrets.password(role), database).dsn()
        for role in ROLES
    }
    return PostgresSettings(
        dsns["lake_writer"], dsns["pqr_admin"], dsns["bi_reader"], True, is_declared
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
