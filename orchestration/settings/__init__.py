"""Settings: the one place that reads the environment, validates it and fills in the defaults.

Without an S3 endpoint or a PostgreSQL DSN in the environment the embedded services count, with the
random secrets that `pqr up` keeps in PQR_HOME.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from orchestration.errors import UsageError
from orchestration.settings import variables
from orchestration.settings.dask import DaskSettings, dask_settings
from orchestration.settings.endpoints import (
    PostgresSettings,
    S3Settings,
    catalog_url,
    embedded_postgres,
    noted_ports,
    postgres_settings,
    s3_settings,
)
from orchestration.settings.enrichment import EnrichmentSettings, enrichment_settings
from orchestration.settings.home import home_folder
from orchestration.settings.lineage import (
    LineageSettings,
    TraceSettings,
    lineage_settings,
    trace_settings,
)
from orchestration.settings.secrets import EmbeddedSecrets, draw_secrets, read_secrets
from orchestration.settings.variables import check_environment, environment_problems

PROJECT_ROOT = Path(__file__).resolve().parents[2]
PORTS_FILE = "ports.json"
DEFAULT_S3_PORT = 19000
DEFAULT_POSTGRES_PORT = 15432
DEFAULT_PREFECT_PORT = 14200
SIDE_PORTS = 9  # the embedded S3 server takes its port and the nine after it


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. `today`, if set, replaces the current date in Colombia.

    `secrets` are those of the embedded services: the home's, or new ones for the first `pqr up`.
    `prefect_port` is None before the first one, unless the environment names a port: then it
    `is_prefect_port_asked`, else another one will do. `prefect_api_url` is not its own.
    """

    home: Path
    project_root: Path
    s3: S3Settings
    postgres: PostgresSettings
    s3_port: int
    postgres_port: int
    prefect_port: int | None
    prefect_api_url: str | None
    dask_scheduler: str | None
    dask: DaskSettings
    lineage: LineageSettings
    traces: TraceSettings
    log_format: str
    enrichment: EnrichmentSettings
    pii_key: bytes | None = field(repr=False)
    secrets: EmbeddedSecrets
    has_secrets: bool
    today: date | None = None
    is_prefect_port_asked: bool = False

    @property
    def object_cache(self) -> Path:
        """The folder of the local copies of the lake's objects; it may be deleted at any time."""
        return self.home / "objects"

    def iceberg_exports(self) -> dict[str, str]:
        """Variables under which PyIceberg, wherever it is installed, finds the catalog `pqr`."""
        keys = self.s3.keys
        values = {
            "TYPE": "sql",
            "URI": catalog_url(self.postgres.shared_dsn),
            "S3__ENDPOINT": self.s3.endpoint_url,
            "S3__REGION": self.s3.region,
            "S3__ACCESS_KEY_ID": keys.access_key,
            "S3__SECRET_ACCESS_KEY": keys.secret_key,
        }
        if keys.session_token:
            values["S3__SESSION_TOKEN"] = keys.session_token
        if self.s3.access.addressing == "virtual":
            values["S3__FORCE_VIRTUAL_ADDRESSING"] = "true"
        return {f"PYICEBERG_CATALOG__PQR__{name}": value for name, value in values.items()}

    def with_secrets(self, secrets: EmbeddedSecrets) -> "Settings":
        """The same settings with `secrets` for the services that are embedded."""
        s3, postgres = self.s3, self.postgres
        if s3.is_embedded:
            s3 = replace(s3, access_key=secrets.access_key, secret_key=secrets.secret_key)
        if postgres.is_embedded:
            url = postgres.url
            postgres = embedded_postgres(
                url.port, url.database, secrets, is_declared=postgres.is_declared
            )
        return replace(self, s3=s3, postgres=postgres, secrets=secrets, has_secrets=True)

    def exports(self) -> dict[str, str]:
        """Variables that give another program, dbt above all, the same services."""
        url, keys, access = self.postgres.url, self.s3.keys, self.s3.access
        optional = {
            "AWS_SESSION_TOKEN": keys.session_token,
            "AWS_CA_BUNDLE": access.ca_bundle,
            "PQR_S3_ADDRESSING": "virtual" if access.addressing == "virtual" else None,
            "PQR_S3_CONDITIONAL_PUT": "checked" if access.checks_first else None,
        }
        return {
            **{name: str(value) for name, value in optional.items() if value is not None},
            "PQR_HOME": str(self.home),
            "PQR_BUCKET": self.s3.bucket,
            "PQR_S3_PORT": str(self.s3_port),
            "AWS_ENDPOINT_URL": self.s3.endpoint_url,
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_REGION": self.s3.region,
            "PQR_POSTGRES_DSN": self.postgres.shared_dsn,
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
    home = home_folder(env, PROJECT_ROOT / ".pqr")
    recorded = recorded_ports(home)
    s3_port = variables.port(env, "PQR_S3_PORT", recorded.get("s3", DEFAULT_S3_PORT), SIDE_PORTS)
    postgres_port = variables.port(
        env, "PQR_POSTGRES_PORT", recorded.get("postgres", DEFAULT_POSTGRES_PORT)
    )
    prefect_port = recorded.get("prefect")
    if "PQR_PREFECT_PORT" in env:
        prefect_port = variables.port(env, "PQR_PREFECT_PORT", DEFAULT_PREFECT_PORT)
    kept = read_secrets(home)
    own = kept or draw_secrets()
    return Settings(
        home=home,
        project_root=PROJECT_ROOT,
        s3=s3_settings(env, s3_port, own),
        postgres=postgres_settings(env, postgres_port, own),
        s3_port=s3_port,
        postgres_port=postgres_port,
        prefect_port=prefect_port,
        prefect_api_url=variables.prefect_api_url(env, prefect_port),
        dask_scheduler=variables.dask_scheduler(env),
        dask=dask_settings(env),
        lineage=lineage_settings(env),
        traces=trace_settings(env),
        log_format=variables.choice(env, "PQR_LOG_FORMAT", ("text", "json")),
        pii_key=variables.secret(env, "PQR_PII_KEY"),
        enrichment=enrichment_settings(env),
        secrets=own,
        has_secrets=kept is not None,
        today=variables.day(env, "PQR_TODAY"),
        is_prefect_port_asked="PQR_PREFECT_PORT" in env,
    )


def examine_settings() -> tuple[Settings | None, list[str]]:
    """The settings of the environment, or None with a line for each variable that is wrong."""
    env = dict(os.environ)
    problems = environment_problems()
    while True:
        try:
            settings = load_settings(env)
            return (None if problems else settings), problems
        except UsageError as error:
            problems.append(str(error))
            # Without the variable that is wrong the next one comes to light.
            wrong = [name for name in env if re.search(rf"\b{re.escape(name)}\b", str(error))]
            for name in wrong:
                del env[name]
            if not wrong:
                return None, problems


def kill_point(environ: Mapping[str, str] | None = None) -> str | None:
    """The step at which a test kills this process: PQR_KILL_AT, read only with PQR_TESTING=1."""
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


def dbt_variables() -> dict[str, str]:
    """The variables of the environment that dbt takes for options of its own."""
    return {name: value for name, value in os.environ.items() if name.startswith("DBT_")}


def is_pqr_run() -> bool:
    """Whether dbt gives schemas the names of a published run, as its macro of this name asks."""
    return bool(os.environ.get("PQR_LAYER"))


def recorded_ports(home: Path) -> dict[str, int]:
    """The ports that `pqr up` chose for this home, so that later commands need no variable."""
    try:
        return noted_ports(json.loads((home / PORTS_FILE).read_text()))
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # never started, or a torn file: `pqr up` writes it again
