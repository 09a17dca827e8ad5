"""What a stranger on this machine finds: loopback only, and no door without a key."""

import contextlib
import http.client
import stat
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from botocore.exceptions import ClientError

from orchestration.services import postgres
from orchestration.services.bucket import client
from orchestration.services.process import PROC
from orchestration.settings import SIDE_PORTS, Settings
from orchestration.settings.endpoints import S3Settings
from orchestration.settings.secrets import ROLES

LOOPBACK = "0100007F"  # 127.0.0.1 as the kernel writes it


def status_of(url: str, method: str = "GET") -> int | None:
    """The HTTP status, or None where HTTP is not spoken."""
    request = urllib.request.Request(url, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return None


def test_an_unsigned_request_is_refused(settings: Settings, bucket: S3Settings) -> None:
    client(bucket).put_object(Bucket=bucket.bucket, Key="secret", Body=b"x")
    root = settings.s3.endpoint_url
    for path in ("/", f"/{bucket.bucket}", f"/{bucket.bucket}/secret"):
        assert status_of(root + path) == 403, path
    assert status_of(f"{root}/{bucket.bucket}/secret", "DELETE") == 403


@pytest.mark.parametrize("key", ["access_key", "secret_key"])
def test_a_wrong_key_is_refused(bucket: S3Settings, key: str) -> None:
    wrong = replace(bucket, **{key: "wrong"})
    with pytest.raises(ClientError, match=r"InvalidAccessKeyId|SignatureDoesNotMatch"):
        client(wrong).list_objects_v2(Bucket=bucket.bucket)


def test_the_side_ports_give_nothing_away(settings: Settings, bucket: S3Settings) -> None:
    """Without -disableHttp a plain GET on the master deletes a bucket."""
    client(bucket).put_object(Bucket=bucket.bucket, Key="secret", Body=b"x")
    paths = (
        f"/buckets/{bucket.bucket}/secret",
        "/dir/status",
        "/dir/assign",
        f"/col/delete?collection={bucket.bucket}",
        "/1,0000000000",
    )
    for port in range(settings.s3_port + 1, settings.s3_port + SIDE_PORTS + 1):
        for path in paths:
            assert status_of(f"http://127.0.0.1:{port}{path}") in (None, 401, 403, 404), (
                port,
                path,
            )
    body = client(bucket).get_object(Bucket=bucket.bucket, Key="secret")["Body"].read()
    assert body == b"x"


def test_every_port_is_on_loopback_alone(settings: Settings) -> None:
    ours = {*range(settings.s3_port, settings.s3_port + SIDE_PORTS + 1), settings.postgres_port}
    listening = {}
    for table in ("tcp", "tcp6"):
        for line in (PROC / "net" / table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, port = local.rpartition(":")
            if state == "0A" and int(port, 16) in ours:
                listening[int(port, 16)] = address
    assert set(listening) == ours
    assert set(listening.values()) == {LOOPBACK}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_no_web_page_may_call_the_object_store(
    settings: Settings, bucket: S3Settings, method: str
) -> None:
    client(bucket).put_object(Bucket=bucket.bucket, Key="secret", Body=b"x")
    for path in (f"/{bucket.bucket}/secret", f"/{bucket.bucket}/new", f"/{bucket.bucket}"):
        asked = {
            "Origin": "https://evil.example",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization",
        }
        connection = http.client.HTTPConnection("127.0.0.1", settings.s3_port, timeout=5)
        connection.request(method, path, headers=asked)
        with contextlib.suppress(http.client.RemoteDisconnected):  # the preflight of a bucket
            answer = connection.getresponse()
            assert answer.getheader("Access-Control-Allow-Origin") is None, path
            assert answer.status in (403, 405), path
        connection.close()
    assert client(bucket).list_objects_v2(Bucket=bucket.bucket)["KeyCount"] == 1


def test_a_web_page_learns_no_bucket_by_listing_them(
    settings: Settings, bucket: S3Settings
) -> None:
    """The server allows every origin here, in its code; what a page reads is a refusal.

    With `*`, browsers send no login along.
    """
    connection = http.client.HTTPConnection("127.0.0.1", settings.s3_port, timeout=5)
    connection.request("GET", "/", headers={"Origin": "https://evil.example"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == 403
    assert bucket.bucket not in body
    assert settings.s3.bucket not in body
    assert answer.getheader("Access-Control-Allow-Origin") in (None, "*")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_refused(settings: Settings, role: str, password: str) -> None:
    port = settings.postgres_port
    with pytest.raises(psycopg.OperationalError, match=r"password authentication|no password"):
        psycopg.connect(
            host="127.0.0.1", port=port, dbname="postgres", user=role, password=password
        )


def test_the_roles_are_who_they_should_be(settings: Settings) -> None:
    with psycopg.connect(postgres.server_dsn(settings)) as connection:
        rows = connection.execute(
            "select rolname, rolcanlogin, rolsuper from pg_roles where rolname !~ '^pg_'"
        ).fetchall()
        hashes = connection.execute(
            "select rolname from pg_authid where rolpassword like 'SCRAM-SHA-256%%'"
        ).fetchall()
        sockets = connection.execute("show unix_socket_directories").fetchone()
    assert {"pqr_admin": (True, True), "lake_owner": (False, False)}.items() <= {
        name: flags for name, *flags_list in rows for flags in [tuple(flags_list)]
    }.items()
    assert ("lake_writer", True, False) in rows
    assert ("bi_reader", True, False) in rows
    assert {name for (name,) in hashes} == set(ROLES)
    assert sockets == ("",)


def test_the_data_is_closed_to_other_users(lake_home: Path) -> None:
    for folder in (lake_home / "s3", (lake_home / "postgres").resolve()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder


def test_no_secret_stands_in_a_log_or_on_a_command_line(
    lake_home: Path, settings: Settings
) -> None:
    # The access key is a name, and the server writes it into its log.
    secrets = [value for name, value in settings.secrets.values.items() if name != "s3_access_key"]
    assert stat.S_IMODE((lake_home / "logs").stat().st_mode) == 0o700
    for log in (lake_home / "logs").iterdir():
        text = log.read_text(errors="replace")
        for secret in secrets:
            assert secret not in text, log
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            # Not of the servers alone: Dask's workers and dbt are children of commands.
            assert not [secret for secret in secrets if secret.encode() in line], folder
