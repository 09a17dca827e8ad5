"""What `pqr lake tables` says: each table, and how an engine reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orchestration.iceberg import CATALOG, open_catalog
from orchestration.iceberg.table import PUBLICATION
from orchestration.settings import Settings

# Of the test that reads with Spark; another Spark needs its own runtime.
SPARK_PACKAGES: Final = (
    "org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0",
    "org.apache.iceberg:iceberg-aws-bundle:1.12.0",
    "org.postgresql:postgresql:42.7.7",
)


@dataclass(frozen=True)
class Listed:
    """A table as it stands."""

    table: str
    rows: int
    files: int
    publication_id: int
    snapshot_id: int
    metadata_location: str


def list_tables(settings: Settings) -> list[Listed]:
    """Every table, by name. Raises TablesUnusable, StoreUnavailable."""
    found = []
    with open_catalog(settings) as catalog:
        for name in sorted(catalog.table_names()):
            table = catalog.load_table(name)
            snapshot = table.current_snapshot()
            if snapshot is None or snapshot.summary is None:
                continue
            facts = snapshot.summary
            found.append(
                Listed(
                    name,
                    int(facts.get("total-records") or 0),
                    int(facts.get("total-data-files") or 0),
                    int(facts.get(PUBLICATION) or 0),
                    snapshot.snapshot_id,
                    table.metadata_location,
                )
            )
    return found


def _duckdb(settings: Settings, example: Listed) -> str:
    return f"""
# Offline, instead of INSTALL: the wheels duckdb-extension-iceberg and duckdb-extension-avro.
duckdb -c "INSTALL iceberg; LOAD iceberg;
CREATE SECRET lake (TYPE s3, PROVIDER config, KEY_ID '$AWS_ACCESS_KEY_ID',
    SECRET '$AWS_SECRET_ACCESS_KEY', REGION '{settings.s3.region}',
    ENDPOINT '{_authority(settings)}', URL_STYLE '{settings.s3.access.url_style}',
    USE_SSL {str(_is_tls(settings)).lower()});
SELECT * FROM iceberg_scan('{example.metadata_location}')"
"""


def _polars(settings: Settings, example: Listed) -> str:
    return f"""
import polars as pl
from os import environ as env
from pyiceberg.catalog import load_catalog

# PYICEBERG_CATALOG__{CATALOG.upper()}__* say where the catalog is.
table = load_catalog("{CATALOG}").load_table("{example.table}")
storage = {{
    "aws_endpoint_url": env["AWS_ENDPOINT_URL"],
    "aws_access_key_id": env["AWS_ACCESS_KEY_ID"],
    "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
    "aws_region": env["AWS_REGION"],
    "aws_allow_http": "{str(not _is_tls(settings)).lower()}",
}}
print(pl.scan_iceberg(table, storage_options=storage).collect())
"""


def spark_options(settings: Settings) -> dict[str, str]:
    """What Spark is told of the catalog, but for the secrets: names of variables of `pqr env`."""
    url = settings.postgres.url
    return {
        "": "org.apache.iceberg.spark.SparkCatalog",
        ".type": "jdbc",
        ".uri": f"jdbc:postgresql://{url.host}:{url.port}/{url.database}?currentSchema=iceberg",
        ".jdbc.schema-version": "V1",
        ".jdbc.user": "$PQR_POSTGRES_USER",
        ".jdbc.password": "$PQR_POSTGRES_PASSWORD",
        ".warehouse": f"s3://{settings.s3.bucket}/iceberg",
        ".io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        ".s3.endpoint": settings.s3.endpoint_url,
        ".s3.path-style-access": str(settings.s3.access.addressing == "path").lower(),
        ".s3.access-key-id": "$AWS_ACCESS_KEY_ID",
        ".s3.secret-access-key": "$AWS_SECRET_ACCESS_KEY",
        ".client.region": settings.s3.region,
    }


def _spark(settings: Settings, example: Listed) -> str:
    packages = ",".join(SPARK_PACKAGES)
    options = "".join(
        f' \\\n    --conf "spark.sql.catalog.{CATALOG}{name}={value}"'
        for name, value in spark_options(settings).items()
    )
    query = f"select * from {CATALOG}.{example.table}"
    return f'spark-sql --packages {packages}{options} \\\n    -e "{query}"\n'


def _trino(settings: Settings, example: Listed) -> str:
    url = settings.postgres.url
    return f"""
# etc/catalog/{CATALOG}.properties
connector.name=iceberg
iceberg.catalog.type=jdbc
iceberg.jdbc-catalog.catalog-name={CATALOG}
iceberg.jdbc-catalog.driver-class=org.postgresql.Driver
iceberg.jdbc-catalog.connection-url=jdbc:postgresql://{url.host}:{url.port}/{url.database}?currentSchema=iceberg
iceberg.jdbc-catalog.connection-user=${{ENV:PQR_POSTGRES_USER}}
iceberg.jdbc-catalog.connection-password=${{ENV:PQR_POSTGRES_PASSWORD}}
iceberg.jdbc-catalog.default-warehouse-dir=s3://{settings.s3.bucket}/iceberg
fs.native-s3.enabled=true
s3.endpoint={settings.s3.endpoint_url}
s3.region={settings.s3.region}
s3.path-style-access={str(settings.s3.access.addressing == "path").lower()}
s3.aws-access-key=${{ENV:AWS_ACCESS_KEY_ID}}
s3.aws-secret-key=${{ENV:AWS_SECRET_ACCESS_KEY}}

trino> select * from {CATALOG}.{example.table};
"""


HOW_TO: Final[dict[str, Callable[[Settings, Listed], str]]] = {
    "duckdb": _duckdb,
    "polars": _polars,
    "spark": _spark,
    "trino": _trino,
}


def _authority(settings: Settings) -> str:
    return settings.s3.endpoint_url.partition("://")[2]


def _is_tls(settings: Settings) -> bool:
    return settings.s3.endpoint_url.startswith("https://")
