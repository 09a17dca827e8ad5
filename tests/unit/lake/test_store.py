"""What the store does when answers are lost, late or wrong."""

import hashlib
import io
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from orchestration.lake import store as module
from orchestration.lake.store import (
    ObjectCorrupt,
    ObjectMissing,
    ObjectStore,
    RawConflict,
    StoreUnavailable,
)
from orchestration.settings.endpoints import S3Settings

BODY = b"events"
SHA = hashlib.sha256(BODY).hexdigest()


def error(status: int) -> ClientError:
    facts: Any = {"ResponseMetadata": {"HTTPStatusCode": status}, "Error": {"Code": str(status)}}
    return ClientError(facts, "PutObject")


class Server:
    """A bucket whose next answers are given: an error, or None for a good one.

    `stores_first` lists the answers that come after the object was stored all the same.
    """

    def __init__(self, *answers: Exception | None, stores_first: bool = False) -> None:
        self.objects: dict[str, bytes] = {}
        self.answers = list(answers)
        self.stores_first = stores_first
        self.puts = 0

    def put_object(self, *, Key: str, Body: bytes, **conditions: Any) -> None:  # noqa: N803
        self.puts += 1
        answer = self.answers.pop(0) if self.answers else None
        if conditions.get("IfNoneMatch") and Key in self.objects:
            raise error(412)
        if answer is None or self.stores_first:
            self.objects[Key] = Body
        if answer is not None:
            raise answer

    def get_object(self, *, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        if Key not in self.objects:
            raise error(404)
        return {"Body": Stream(self.objects[Key])}


class Stream(io.BytesIO):
    def iter_chunks(self, size: int) -> Any:
        return iter(lambda: self.read(size), b"")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module.time, "sleep", lambda _: None)

    def store(server: Server) -> ObjectStore:
        monkeypatch.setattr(module, "store_client", lambda _: server)
        return ObjectStore(S3Settings("http://127.0.0.1:1", "r", "k", "s", "lake", False))

    return store


def test_an_object_is_created_once_and_then_identical(opened: Any) -> None:
    store = opened(Server())
    assert store.put_once("k", BODY, SHA) == "created"
    assert store.put_once("k", BODY, SHA) == "identical"


def test_other_bytes_under_the_same_key_are_a_conflict_and_stay(opened: Any) -> None:
    server = Server()
    server.objects["k"] = b"other"
    with pytest.raises(RawConflict, match="not overwritten"):
        opened(server).put_once("k", BODY, SHA)
    assert server.objects["k"] == b"other"


@pytest.mark.parametrize(
    "lost", [error(500), error(503), error(409), EndpointConnectionError(endpoint_url="x")]
)
def test_a_lost_answer_is_settled_by_reading_back(opened: Any, lost: Exception) -> None:
    server = Server(lost, stores_first=True)
    assert opened(server).put_once("k", BODY, SHA) == "identical"
    assert server.puts == 1


@pytest.mark.parametrize("passing", [error(500), error(503), error(409)])
def test_a_passing_error_is_tried_again(opened: Any, passing: Exception) -> None:
    server = Server(passing, passing)
    assert opened(server).put_once("k", BODY, SHA) == "created"
    assert server.puts == 3


def test_wrong_credentials_are_not_tried_again(opened: Any) -> None:
    server = Server(error(403))
    with pytest.raises(StoreUnavailable, match="pqr up"):
        opened(server).put_once("k", BODY, SHA)
    assert server.puts == 1


def test_a_server_that_stays_away_ends_the_attempt(opened: Any) -> None:
    away = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    server = Server(*[away] * 20)
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1"):
        opened(server).put_once("k", BODY, SHA)


def test_a_bit_that_flips_on_the_way_is_read_again(opened: Any) -> None:
    server = Server()
    server.objects["k"] = BODY
    store = opened(server)
    bodies = [b"evenTs", BODY]
    store.get = lambda key: bodies.pop(0)
    assert store.get_checked("k", len(BODY), SHA) == BODY


def test_other_bytes_than_expected_are_named(opened: Any) -> None:
    server = Server()
    server.objects["k"] = b"evenTs"
    with pytest.raises(ObjectCorrupt, match="SHA_MISMATCH"):
        opened(server).get_checked("k", len(BODY), SHA)
    with pytest.raises(ObjectCorrupt, match="SIZE_MISMATCH"):
        opened(server).get_checked("k", len(BODY) + 1, SHA)
    with pytest.raises(ObjectMissing, match="OBJECT_MISSING"):
        opened(server).get_checked("none", 1, SHA)


def test_no_secret_shows_in_an_error_or_a_repr(opened: Any) -> None:
    settings = S3Settings("http://127.0.0.1:1", "r", "k", "canary-secret", "lake", False)
    assert "canary-secret" not in repr(settings)
