"""A server whose certificate an authority of one's own signed: every client trusts it, or none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orchestration.iceberg import LakeCatalog, LakeIO
from orchestration.lake.duckdb import connect
from orchestration.lake.store import ObjectStore, StoreUnavailable
from orchestration.settings import Settings
from orchestration.settings.endpoints import S3Settings
from orchestration.settings.s3_access import S3Access
from tests.integration.services.weak_s3 import weak_server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of localhost that is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.crt", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


def test_every_client_trusts_the_authority_that_is_named(
    settings: Settings, bucket: S3Settings, certificate: tuple[Path, Path]
) -> None:
    with weak_server(bucket, None, certificate) as endpoint:
        access = S3Access(ca_bundle=certificate[0])
        s3 = replace(bucket, endpoint_url=endpoint, is_embedded=False, access=access)
        own = replace(settings, s3=s3)
        store = ObjectStore(s3)
        store.append("tables/of.csv", b"number\n1\n2\n")
        with connect(own) as lake:
            query = f"select sum(number)::integer from read_csv('s3://{s3.bucket}/tables/of.csv')"
            assert lake.execute(query).fetchall() == [(3,)]
        location = f"s3://{s3.bucket}/tables/of.csv"
        catalog = LakeCatalog(own)
        catalog.engine.dispose()
        assert LakeIO(catalog.properties).new_input(location).exists()


def test_no_client_trusts_another_authority(
    settings: Settings,
    bucket: S3Settings,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    with weak_server(bucket, None, certificate) as endpoint:
        s3 = replace(bucket, endpoint_url=endpoint, is_embedded=False)
        with pytest.raises(StoreUnavailable, match="certificate") as raised:
            ObjectStore(s3).get("key")
        assert "\n" not in str(raised.value)
        with connect(replace(settings, s3=s3)) as lake, pytest.raises(duckdb.Error):
            lake.execute(f"select * from read_csv('s3://{s3.bucket}/tables/of.csv')")
