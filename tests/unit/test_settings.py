"""What the environment means, and which of its values are refused."""

import json
import re
from pathlib import Path

import pytest

from orchestration.errors import UsageError
from orchestration.settings import load_settings
from orchestration.settings.secrets import write_secrets

EXTERNAL_S3 = {
    "AWS_ENDPOINT_URL": "https://s3.example.org",
    "AWS_ACCESS_KEY_ID": "someone",
    "AWS_SECRET_ACCESS_KEY": "something-long",
}
EXTERNAL_DSN = "postgresql://someone:s%40ying@db.example.org:6543/lake?sslmode=require"


def test_an_empty_environment_means_the_embedded_services(tmp_path: Path) -> None:
    settings = load_settings({"PQR_HOME": str(tmp_path)})
    assert settings.s3.endpoint_url == "http://127.0.0.1:19000"
    assert settings.s3.is_embedded
    assert settings.s3.bucket == "pqr-lakehouse"
    assert settings.postgres.is_embedded
    password = settings.secrets.password("lake_writer")
    address = f"postgresql://lake_writer:{password}@127.0.0.1:15432/pqr_lakehouse"
    assert settings.postgres.dsn == f"{address}?require_auth=scram-sha-256"
    assert settings.exports()["PQR_POSTGRES_DSN"] == address
    assert settings.postgres.url.user == "lake_writer"
    assert "bi_reader" in settings.postgres.reader_dsn
    assert "pqr_admin" in settings.postgres.admin_dsn


def test_secrets_are_random_and_those_of_a_home_are_kept_from_others(tmp_path: Path) -> None:
    first = load_settings({"PQR_HOME": str(tmp_path / "first")})
    second = load_settings({"PQR_HOME": str(tmp_path / "second")})
    assert not set(first.secrets.values.values()) & set(second.secrets.values.values())
    write_secrets(tmp_path, first.secrets)
    assert load_settings({"PQR_HOME": str(tmp_path)}).secrets == first.secrets
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "secrets.json").write_text('{"bi_reader": 1}')
    with pytest.raises(UsageError, match=r"secrets\.json is damaged"):
        load_settings({"PQR_HOME": str(tmp_path)})


def test_exported_settings_are_still_the_embedded_ones(tmp_path: Path) -> None:
    ports = {"PQR_S3_PORT": "21000", "PQR_POSTGRES_PORT": "21432"}
    write_secrets(tmp_path, load_settings({}).secrets)
    first = load_settings({"PQR_HOME": str(tmp_path), **ports})
    again = load_settings(first.exports())
    assert again.s3.is_embedded
    assert again.postgres.is_embedded
    assert again.exports() == first.exports()
    assert (again.s3_port, again.postgres_port) == (21000, 21432)


def test_keys_without_an_endpoint_are_ignored() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real", "AWS_REGION": "eu-1"}
    settings = load_settings(keys)
    assert settings.s3.is_embedded
    assert settings.s3.access_key.startswith("pqr-")
    assert settings.s3.region == "us-east-1"


def test_an_endpoint_in_the_environment_is_used() -> None:
    s3 = load_settings(EXTERNAL_S3).s3
    assert not s3.is_embedded
    assert (s3.endpoint_url, s3.access_key) == ("https://s3.example.org", "someone")


def test_wrong_keys_for_our_own_endpoint_are_used_and_not_corrected() -> None:
    environ = {**EXTERNAL_S3, "AWS_ENDPOINT_URL": "http://127.0.0.1:19000"}
    assert not load_settings(environ).s3.is_embedded


def test_a_dsn_in_the_environment_is_used() -> None:
    postgres = load_settings({"PQR_POSTGRES_DSN": EXTERNAL_DSN}).postgres
    assert not postgres.is_embedded
    assert postgres.dsn == postgres.admin_dsn == EXTERNAL_DSN
    assert (postgres.url.host, postgres.url.port) == ("db.example.org", 6543)
    assert (postgres.url.password, postgres.url.database) == ("s@ying", "lake")
    assert postgres.url.dsn() == EXTERNAL_DSN


def test_the_names_of_compose_are_understood() -> None:
    settings = load_settings(
        {
            "RUSTFS_ENDPOINT": "http://rustfs:9000",
            "RUSTFS_ACCESS_KEY": "compose",
            "RUSTFS_SECRET_KEY": "of-our-own",
            "BUCKET_NAME": "another-bucket",
            "POSTGRES_HOST": "database",
            "POSTGRES_USER": "lake",
            "POSTGRES_PASSWORD": "of-our-own",
            "POSTGRES_DB": "pqr_lakehouse",
            "DASK_SCHEDULER_ADDRESS": "tcp://dask-scheduler:8786",
        }
    )
    assert settings.s3.endpoint_url == "http://rustfs:9000"
    assert (settings.s3.access_key, settings.s3.bucket) == ("compose", "another-bucket")
    assert settings.postgres.dsn == "postgresql://lake:of-our-own@database:5432/pqr_lakehouse"
    assert settings.dask_scheduler == "tcp://dask-scheduler:8786"


def test_compose_names_without_a_host_are_no_database() -> None:
    assert load_settings({"POSTGRES_USER": "lake", "POSTGRES_PASSWORD": "x"}).postgres.is_embedded


def test_an_empty_value_counts_as_unset() -> None:
    assert load_settings({"AWS_ENDPOINT_URL": "", "PQR_POSTGRES_DSN": " "}).s3.is_embedded


def test_the_ports_of_the_last_start_are_remembered(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"s3": 20100, "postgres": 20200}))
    settings = load_settings({"PQR_HOME": str(tmp_path)})
    assert (settings.s3_port, settings.postgres_port) == (20100, 20200)
    explicit = load_settings({"PQR_HOME": str(tmp_path), "PQR_S3_PORT": "20300"})
    assert explicit.s3_port == 20300


@pytest.mark.parametrize(
    "text",
    ['{"s3": 201', "[]", '{"s3": 20100, "postgres": 99999}', '{"s3": -1, "postgres": 20200}'],
)
def test_a_torn_file_of_ports_means_the_defaults(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports.json").write_text(text)
    assert load_settings({"PQR_HOME": str(tmp_path)}).s3_port == 19000


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PQR_S3_PORT": "eighty"}, "PQR_S3_PORT=eighty"),
        ({"PQR_S3_PORT": "80"}, "PQR_S3_PORT=80"),
        ({"PQR_S3_PORT": "65530"}, "PQR_S3_PORT=65530"),
        ({"PQR_POSTGRES_PORT": "-1"}, "PQR_POSTGRES_PORT=-1"),
        ({"PQR_DASK_WORKERS": "0"}, "PQR_DASK_WORKERS=0"),
        ({"PQR_DASK_SCHEDULER": "somewhere"}, "PQR_DASK_SCHEDULER=somewhere"),
        ({"PQR_LOG_FORMAT": "xml"}, "PQR_LOG_FORMAT=xml"),
        ({"PQR_TODAY": "0001-01-01"}, "PQR_TODAY=0001-01-01"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "h:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT=h:4318"),
        ({"PQR_BUCKET": "No Bucket"}, "PQR_BUCKET=No Bucket"),
        ({"PQR_POSTGRES_DB": "x; drop"}, "PQR_POSTGRES_DB=x; drop"),
        ({**EXTERNAL_S3, "AWS_ENDPOINT_URL": "s3.example.org"}, "AWS_ENDPOINT_URL=s3.example.org"),
        ({**EXTERNAL_S3, "AWS_ENDPOINT_URL": "http://h:9/path"}, "AWS_ENDPOINT_URL=http://h:9/p"),
        ({**EXTERNAL_S3, "AWS_ENDPOINT_URL": "http://h:99999"}, "AWS_ENDPOINT_URL=http://h:99999"),
        ({**EXTERNAL_S3, "AWS_SECRET_ACCESS_KEY": ""}, "AWS_SECRET_ACCESS_KEY is not"),
        ({"PQR_POSTGRES_DSN": "mysql://u:p@h/d"}, "PQR_POSTGRES_DSN is not a valid PostgreSQL URL"),
        ({"PQR_POSTGRES_DSN": "postgresql://u:p@h"}, "PQR_POSTGRES_DSN has no database"),
        ({"PQR_POSTGRES_DSN": "postgresql:///d"}, "PQR_POSTGRES_DSN has no host"),
        ({"PQR_POSTGRES_DSN": "postgresql://u:p@h/d?x=1"}, "PQR_POSTGRES_DSN has a parameter"),
        ({"PQR_POSTGRES_DSN": "postgresql://u:p%00@h/d"}, "PQR_POSTGRES_DSN has a parameter"),
        ({"PQR_TRACE_FILE": "~no-such-user/x"}, "PQR_TRACE_FILE=~no-such-user/x"),
        ({"PQR_OPENLINEAGE_FILE": "~no-such-user/x"}, "PQR_OPENLINEAGE_FILE=~no-such-user/x"),
        (
            {"PQR_POSTGRES_DSN": "postgresql://u:p@h:x/d"},
            "PQR_POSTGRES_DSN is not a valid PostgreSQL URL",
        ),
    ],
)
def test_a_malformed_value_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError, match=re.escape(named)) as refused:
        load_settings(environ)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("secret", ["pqr-local-secret", "rustfsadmin", "change-me"])
def test_a_known_secret_is_refused_away_from_loopback(secret: str) -> None:
    environ = {**EXTERNAL_S3, "AWS_SECRET_ACCESS_KEY": secret}
    with pytest.raises(UsageError, match="AWS_SECRET_ACCESS_KEY holds a well-known default"):
        load_settings(environ)
    local = load_settings({**environ, "AWS_ENDPOINT_URL": "http://localhost:9000"})
    assert not local.s3.is_embedded


@pytest.mark.parametrize("secret", ["", "postgres", "pqr-local-writer"])
def test_a_known_password_is_refused_away_from_loopback(secret: str) -> None:
    dsn = f"postgresql://lake_writer:{secret}@db.example.org/lake"
    with pytest.raises(UsageError, match=r"well-known default secret, refused for db\.example"):
        load_settings({"PQR_POSTGRES_DSN": dsn})
    assert load_settings({"PQR_POSTGRES_DSN": dsn.replace("db.example.org", "127.0.0.1")})


def test_settings_and_their_errors_never_show_a_secret() -> None:
    canary = "canary-d41d8"
    dsn = f"postgresql://u:{canary}@h/d"
    environ = {**EXTERNAL_S3, "AWS_SECRET_ACCESS_KEY": canary, "PQR_POSTGRES_DSN": dsn}
    assert canary not in repr(load_settings(environ))
    assert canary not in repr(load_settings(environ).postgres.url)
    settings = load_settings({})
    for secret in ("s3_secret_key", "pqr_admin", "lake_writer", "bi_reader"):
        assert settings.secrets.values[secret] not in repr(settings)
    for malformed in (f"postgresql://u:{canary}@h", f"postgresql://u:{canary}/x@h/d"):
        with pytest.raises(UsageError) as refused:
            load_settings({**environ, "PQR_POSTGRES_DSN": malformed})
        assert canary not in str(refused.value)
