"""The Dask task: an object too large for memory is verified on its way to the local disk."""

import hashlib
import io
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError
from events import DAY, RUN_ID, SOURCE, line

from orchestration.bronze import task as module
from orchestration.bronze.rules import Rules
from orchestration.bronze.task import BronzeTask, write_object
from orchestration.lake import store
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectCorrupt, ObjectMissing
from orchestration.run import Run, World
from orchestration.settings.endpoints import S3Settings

BODY = b"".join(line(event_id=str(UUID(int=number))) + b"\n" for number in range(50))
KEY = "raw/some/events.jsonl"
BLOCK_BYTES = 1_000


class Bucket:
    """Serves one body after the other under the raw key, and keeps what is put."""

    def __init__(self, *bodies: bytes) -> None:
        self.bodies = list(bodies)
        self.put: dict[str, bytes] = {}

    def get_object(self, *, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        assert Key == KEY
        if not self.bodies:
            facts: Any = {"ResponseMetadata": {"HTTPStatusCode": 404}, "Error": {"Code": "404"}}
            raise ClientError(facts, "GetObject")
        return {"Body": Stream(self.bodies.pop(0))}

    def put_object(self, *, Key: str, Body: Any, **_: Any) -> None:  # noqa: N803
        self.put[Key] = Body if isinstance(Body, bytes) else Body.read()


class Stream(io.BytesIO):
    def iter_chunks(self, size: int) -> Any:
        return iter(lambda: self.read(100), b"")


@pytest.fixture
def task(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> BronzeTask:
    monkeypatch.setattr(module, "BLOCK_BYTES", BLOCK_BYTES)
    world = World(RUN_ID, 1, "0" * 64, "0" * 64, DAY, "simulated")
    raw = ObjectRef(KEY, "pqrs", "p", len(BODY), hashlib.sha256(BODY).hexdigest(), 50)
    s3 = S3Settings("http://127.0.0.1:1", "r", "k", "s", "lake", False)
    return BronzeTask(s3, Run.of(world, DAY, DAY), SOURCE, DAY, raw, rules.pack())


def write(task: BronzeTask, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(store, "store_client", lambda _: bucket)
    return write_object(task)


def test_a_large_object_is_written_like_a_small_one(
    task: BronzeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket(BODY)
    written = write(task, bucket, monkeypatch)
    assert written.bronze.rows == written.bronze.counts["lines"] == 50
    monkeypatch.setattr(module, "BLOCK_BYTES", 1 << 20)
    small = Bucket(BODY)
    assert write(task, small, monkeypatch) == written
    assert small.put == bucket.put
    assert pq.read_table(io.BytesIO(bucket.put[written.bronze.key])).num_rows == 50


def test_a_bit_that_flips_on_the_way_is_read_again(
    task: BronzeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket(BODY.replace(b"Solicito", b"solicito", 1), BODY)
    assert write(task, bucket, monkeypatch).bronze.rows == 50


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(BODY.replace(b"Solicito", b"solicito", 1), "SHA_MISMATCH", id="flipped"),
        pytest.param(BODY[:-1], "SIZE_MISMATCH", id="cut"),
        pytest.param(BODY + b"\n", "SIZE_MISMATCH", id="longer"),
        pytest.param(b"", "SIZE_MISMATCH", id="empty"),
    ],
)
def test_another_object_than_the_manifest_names_leaves_nothing_behind(
    task: BronzeTask, monkeypatch: pytest.MonkeyPatch, body: bytes, code: str
) -> None:
    bucket = Bucket(body, body)
    with pytest.raises(ObjectCorrupt, match=code):
        write(task, bucket, monkeypatch)
    assert bucket.put == {}


def test_a_missing_object_leaves_nothing_behind(
    task: BronzeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket()
    with pytest.raises(ObjectMissing, match=KEY):
        write(task, bucket, monkeypatch)
    assert bucket.put == {}
