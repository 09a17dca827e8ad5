"""PostgreSQL is lost, the bucket is left: the same publications, to the byte, and nothing to do."""

import subprocess
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.services.bucket import client
from orchestration.settings.endpoints import S3Settings
from tests.integration.run.lake import Lake
from tests.integration.run.restoring import control, drop, empty_database, restores_all, served

pytestmark = pytest.mark.slow

RUN = ("run", "--days", "3", "--no-prefect-server")


def copied_bucket(source: S3Settings) -> S3Settings:
    """Another bucket with the same objects: a test may break it."""
    copy = replace(source, bucket=f"lost-{uuid.uuid4().hex[:12]}")
    s3 = client(source)
    s3.create_bucket(Bucket=copy.bucket)
    keys = [
        item["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=source.bucket)
        for item in page.get("Contents", [])
        if not item["Key"].startswith("iceberg/")
    ]

    def move(key: str) -> None:
        body = s3.get_object(Bucket=source.bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=copy.bucket, Key=key, Body=body)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(move, keys))
    return copy


@pytest.fixture(scope="module")
def lost(published: Lake) -> Iterator[Lake]:
    """The lake of the published world without its database."""
    settings = replace(published.settings, s3=copied_bucket(published.settings.s3))
    own = empty_database(settings)
    yield Lake(own)
    drop(own)


def journal(lake: Lake) -> list[str]:
    s3 = lake.settings.s3
    found = client(s3).list_objects_v2(Bucket=s3.bucket, Prefix="journal/")
    return [item["Key"] for item in found.get("Contents", [])]


def one(lake: Lake, query: str) -> str:
    return str(lake.query(query)[0][0])


# First those that leave the database empty, then the one that fills it.
def test_an_empty_control_plane_collects_nothing(lost: Lake) -> None:
    """It names no object: to it the whole lake looks like leftovers."""
    done = lost.pqr("gc", "--older-than", "0", "--delete")
    assert done.returncode == 1, done.stdout
    assert "holds journal" in done.stderr
    assert "`pqr restore --from-bucket`" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("journal", "JOURNAL_CORRUPT"),
        ("manifest", "CORRUPT: manifest"),
        ("part", "SHA_MISMATCH"),
    ],
)
@pytest.mark.parametrize("change", ["changed", "deleted"])
def test_a_tampered_bucket_is_named_and_nothing_is_restored(
    lost: Lake, published: Lake, chosen: str, said: str, change: str
) -> None:
    s3, s3_client = lost.settings.s3, client(lost.settings.s3)
    keys = {
        "journal": lambda: journal(lost) if change == "deleted" else journal(lost)[-1:],
        "manifest": lambda: [
            one(published, "select min(s3_manifest_path) from meta.manifest_index")
        ],
        "part": lambda: [
            one(published, "select min(object_key) from meta.batches where layer = 'gold'")
        ],
    }[chosen]()
    before = {key: s3_client.get_object(Bucket=s3.bucket, Key=key)["Body"].read() for key in keys}
    for key, body in before.items():
        # A local copy that was checked would do; without one the bucket is read.
        (lost.settings.object_cache / key).unlink(missing_ok=True)
        if change == "deleted":
            s3_client.delete_object(Bucket=s3.bucket, Key=key)
        else:
            flipped = body[:40] + bytes([body[40] ^ 1]) + body[41:]
            s3_client.put_object(Bucket=s3.bucket, Key=key, Body=flipped)
    done = lost.pqr("restore", "--from-bucket")
    for key, body in before.items():
        s3_client.put_object(Bucket=s3.bucket, Key=key, Body=body)
    if (chosen, change) == ("journal", "deleted"):
        # Nothing is left that would say that it was there.
        assert "holds no journal" in done.stderr
        assert done.returncode == 2
    else:
        expected = "OBJECT_MISSING" if (chosen, change) == ("part", "deleted") else said
        assert expected in done.stderr
        assert keys[0] in done.stderr
        assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert lost.query("select count(*) from meta.etl_runs") == [(0,)]
    assert lost.query("select count(*) from meta.batches") == [(0,)]


def test_a_restore_that_is_killed_is_repeated(lost: Lake, tmp_path: Path) -> None:
    """Killed while it lands: what it brought in does not stand in the way of the next test."""
    entries = journal(lost)
    with subprocess.Popen(
        lost.command("restore", "--from-bucket"),
        env=lost.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Journal")
        while lost.query("select count(*) from meta.batches") == [(0,)]:
            time.sleep(0.05)
        process.kill()
    assert lost.query("select count(*) from meta.etl_runs") == [(1,)]
    assert lost.query("select restoring_since is not null from meta.journal") == [(True,)]
    run_id = one(lost, "select run_id::text from meta.etl_runs")
    file = tmp_path / "part.dump"
    for command in (
        RUN,
        ("gc", "--older-than", "0", "--delete"),
        ("publish", "--run-id", run_id),
        ("backup", str(file)),
    ):
        done = lost.pqr(*command)
        assert done.returncode == 1, done.stdout
        assert "repeat `pqr restore --from-bucket`" in done.stderr
    assert lost.query("select attempt from meta.etl_runs") == [(1,)]
    assert journal(lost) == entries
    assert not list(tmp_path.iterdir())


def test_the_bucket_alone_brings_everything_back(lost: Lake, published: Lake) -> None:
    wanted, rows = served(published), control(published)
    assert len(wanted) > 30
    done = lost.pqr("restore", "--from-bucket")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "restored in" in done.stdout
    assert served(lost) == wanted
    assert control(lost) == rows
    verified = lost.pqr("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    again = lost.pqr(*RUN)
    assert again.returncode == 0, again.stderr
    assert "Nothing changed" in again.stdout
    assert served(lost) == wanted


def test_a_control_plane_that_holds_runs_is_not_restored_over(lost: Lake) -> None:
    for arguments in (["--from-bucket"], [__file__]):
        done = lost.pqr("restore", *arguments)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "holds 1 run already" in done.stderr


def test_what_is_not_a_restore_is_one_line(lost: Lake) -> None:
    for arguments in ([], ["--from-bucket", "file"], ["no-such-file"], ["x", "--journal", "y"]):
        done = lost.pqr("restore", *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_a_dump_brings_everything_back(published: Lake, tmp_path: Path) -> None:
    file = tmp_path / "pqr.dump"
    assert published.pqr("backup", str(file)).returncode == 0
    again = published.pqr("backup", str(file))
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "a backup is never overwritten" in again.stderr
    lake = Lake(empty_database(published.settings))
    try:
        broken = tmp_path / "broken.dump"
        broken.write_bytes(file.read_bytes()[:5000])
        refused = lake.pqr("restore", str(broken))
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
        restores_all(lake, file, published)
    finally:
        drop(lake.settings)
