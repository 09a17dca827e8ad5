"""How another S3 server is reached: every client is told the same, and a bad value is one line."""

from pathlib import Path

import pytest

from orchestration.errors import UsageError
from orchestration.iceberg import LakeIO
from orchestration.lake import duckdb
from orchestration.lake.store import ObjectStore
from orchestration.services.certificates import ensure_certificate
from orchestration.settings import Settings, load_settings
from orchestration.settings.s3_access import _chain

SERVER = {
    "AWS_ENDPOINT_URL": "https://s3.example.org",
    "AWS_ACCESS_KEY_ID": "someone",
    "AWS_SECRET_ACCESS_KEY": "something-long",
}


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which AWS's chain finds nothing, and does not ask the network."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    _chain.cache_clear()


def address(settings: Settings) -> str:
    """Where boto3 would read an object."""
    made = ObjectStore(settings.s3)._client.generate_presigned_url(
        "get_object", Params={"Bucket": settings.s3.bucket, "Key": "key"}
    )
    return str(made).partition("?")[0]


def secret(settings: Settings) -> str:
    """What DuckDB is told."""
    with duckdb.connect(settings) as lake:
        return str(lake.execute("select secret_string from duckdb_secrets()").fetchall()[0][0])


def test_buckets_are_named_in_the_path_unless_the_environment_says_otherwise(
    tmp_path: Path,
) -> None:
    own = {**SERVER, "PQR_HOME": str(tmp_path)}
    for chosen, url, style in (
        ("path", "https://s3.example.org/pqr-lakehouse/key", "path"),
        ("virtual", "https://pqr-lakehouse.s3.example.org/key", "vhost"),
    ):
        settings = load_settings({**own, "PQR_S3_ADDRESSING": chosen})
        assert address(settings) == url
        assert f"url_style={style}" in secret(settings)
        exports = {**settings.exports(), **settings.iceberg_exports()}
        is_virtual = chosen == "virtual"
        assert (exports.get("PQR_S3_ADDRESSING") == "virtual") == is_virtual
        name = "PYICEBERG_CATALOG__PQR__S3__FORCE_VIRTUAL_ADDRESSING"
        assert (exports.get(name) == "true") == is_virtual


def test_a_session_token_goes_to_every_client_and_is_shown_nowhere(tmp_path: Path) -> None:
    settings = load_settings(
        {**SERVER, "PQR_HOME": str(tmp_path), "AWS_SESSION_TOKEN": "canary-token"}
    )
    credentials = ObjectStore(settings.s3)._client._request_signer._credentials
    assert credentials.token == "canary-token"
    assert "session_token=redacted" in secret(settings)
    exports = {**settings.exports(), **settings.iceberg_exports()}
    assert exports["AWS_SESSION_TOKEN"] == "canary-token"
    assert exports["PYICEBERG_CATALOG__PQR__S3__SESSION_TOKEN"] == "canary-token"
    assert "canary" not in repr(settings)


def test_a_custom_authority_goes_to_every_client(tmp_path: Path) -> None:
    certificate, _ = ensure_certificate(tmp_path / "tls")
    settings = load_settings(
        {**SERVER, "PQR_HOME": str(tmp_path), "AWS_CA_BUNDLE": str(certificate)}
    )
    session = ObjectStore(settings.s3)._client._endpoint.http_session
    assert session._verify == str(certificate)
    with duckdb.connect(settings) as lake:
        shown = lake.execute(
            "select current_setting('ca_cert_file'),"
            " current_setting('enable_server_cert_verification')"
        ).fetchall()
    assert shown == [(str(certificate), True)]
    assert settings.exports()["AWS_CA_BUNDLE"] == str(certificate)


def test_iceberg_gets_the_settings_whole(tmp_path: Path) -> None:
    from orchestration.iceberg import LakeCatalog

    certificate, _ = ensure_certificate(tmp_path / "tls")
    settings = load_settings(
        {
            **SERVER,
            "PQR_HOME": str(tmp_path),
            "AWS_CA_BUNDLE": str(certificate),
            "AWS_SESSION_TOKEN": "token",
            "PQR_S3_ADDRESSING": "virtual",
            "PQR_S3_CONDITIONAL_PUT": "checked",
        }
    )
    catalog = LakeCatalog(settings)
    catalog.engine.dispose()
    own = LakeIO(catalog.properties)._store._settings
    assert own.access == settings.s3.access
    assert (own.endpoint_url, own.bucket) == (settings.s3.endpoint_url, settings.s3.bucket)


@pytest.mark.usefixtures("no_credentials")
def test_the_credential_chain_is_asked_where_the_environment_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env = {"AWS_ENDPOINT_URL": "https://s3.example.org", "PQR_S3_CREDENTIALS": "chain"}
    with pytest.raises(UsageError, match="PQR_S3_CREDENTIALS=chain finds no credentials"):
        load_settings(env)
    (tmp_path / "credentials").write_text(
        "[lake]\naws_access_key_id = chained\naws_secret_access_key = s\naws_session_token = t\n"
    )
    monkeypatch.setenv("AWS_PROFILE", "lake")
    _chain.cache_clear()
    settings = load_settings({**env, "PQR_HOME": str(tmp_path)})
    assert settings.exports()["AWS_ACCESS_KEY_ID"] == "chained"
    assert settings.exports()["AWS_SESSION_TOKEN"] == "t"
    assert "key_id=chained" in secret(settings)
    assert ObjectStore(settings.s3)._client._request_signer._credentials.access_key == "chained"
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    _chain.cache_clear()
    with pytest.raises(UsageError, match=r"chain fails .*no-such-profile"):
        load_settings(env)
    _chain.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PQR_S3_ADDRESSING", "vhost", "PQR_S3_ADDRESSING=vhost is not one of path, virtual"),
        ("PQR_S3_CREDENTIALS", "iam", "PQR_S3_CREDENTIALS=iam is not one of keys, chain"),
        ("PQR_S3_CONDITIONAL_PUT", "no", "PQR_S3_CONDITIONAL_PUT=no is not one of server, checked"),
        ("AWS_CA_BUNDLE", "/no/such/file", "AWS_CA_BUNDLE=/no/such/file cannot be read"),
        ("AWS_CA_BUNDLE", "/", "AWS_CA_BUNDLE=/ cannot be read"),
        ("AWS_CA_BUNDLE", __file__, "holds no certificate in PEM"),
        ("AWS_SESSION_TOKEN", "one\ntwo", "AWS_SESSION_TOKEN has a control character"),
        (
            "AWS_ENDPOINT_URL",
            "s3.example.org",
            "AWS_ENDPOINT_URL=s3.example.org is not a valid S3 endpoint",
        ),
        ("AWS_ENDPOINT_URL", "https://s3.example.org/bucket", "is not a valid S3 endpoint"),
    ],
)
def test_a_bad_value_is_named_in_one_line(name: str, value: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_settings({**SERVER, name: value})
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_bucket_cannot_stand_before_an_address() -> None:
    with pytest.raises(UsageError, match="PQR_S3_ADDRESSING=virtual needs an endpoint with a name"):
        load_settings(
            {**SERVER, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "PQR_S3_ADDRESSING": "virtual"}
        )


def test_the_embedded_server_is_not_reached_by_what_is_meant_for_another(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "PQR_HOME": str(tmp_path),
            "AWS_SESSION_TOKEN": "token",
            "PQR_S3_ADDRESSING": "virtual",
            "AWS_CA_BUNDLE": "/no/such/file",
        }
    )
    assert settings.s3.keys.session_token is None
    assert settings.s3.access.addressing == "path"
