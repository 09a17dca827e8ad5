"""The store behind a proxy that breaks every request once, in each way."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from proxy import FAULTS, Fault, FaultyS3, Request, at_random

from orchestration.lake.cache import ObjectCache
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectCorrupt, ObjectStore, StoreUnavailable
from orchestration.settings.endpoints import S3Settings

BODY = bytes(range(256)) * 300
SHA = hashlib.sha256(BODY).hexdigest()
REF = ObjectRef("bronze/d/p=1/part.parquet", "d", "p=1", len(BODY), SHA, 1)
OF_A_BODY = ("flip", "swap", "truncate")


class Once:
    """Breaks the first request of a method in one way, or each of them."""

    def __init__(self, fault: Fault, method: str, *, always: bool = False) -> None:
        self.fault, self.method, self.always, self.is_done = fault, method, always, False

    def __call__(self, request: Request) -> Fault | None:
        if request.method != self.method or (self.is_done and not self.always):
            return None
        self.is_done = True
        return self.fault


@pytest.fixture
def proxy(bucket: S3Settings) -> Iterator[FaultyS3]:
    with FaultyS3(bucket.endpoint_url) as opened:
        yield opened


@pytest.fixture
def behind(bucket: S3Settings, proxy: FaultyS3) -> ObjectStore:
    return ObjectStore(replace(bucket, endpoint_url=proxy.url, is_embedded=False))


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in OF_A_BODY])
def test_a_write_that_is_broken_once_leaves_the_object_once(
    fault: Fault, bucket: S3Settings, proxy: FaultyS3, behind: ObjectStore
) -> None:
    proxy.choose = Once(fault, "PUT")
    assert behind.put_once(REF.key, BODY, SHA) in ("created", "identical")
    assert proxy.counts[fault] == 1
    assert ObjectStore(bucket).get_checked(REF.key, len(BODY), SHA) == BODY


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault[-3:] not in ("412", "409")])
def test_a_copy_that_is_broken_once_has_the_bytes_of_the_manifest(
    fault: Fault, bucket: S3Settings, proxy: FaultyS3, behind: ObjectStore, tmp_path: Path
) -> None:
    store = ObjectStore(bucket)
    store.put_once(REF.key, BODY, SHA)
    store.put_once("other", BODY[::-1], hashlib.sha256(BODY[::-1]).hexdigest())
    behind.get("other")  # what a swap gives in place of the object
    proxy.choose = Once(fault, "GET")
    cache = ObjectCache(behind, tmp_path / "objects")
    for _ in range(2):
        # An outage ends the try, and the step is tried again.
        with suppress(StoreUnavailable):
            cache.verified([REF])
    assert (cache.folder / REF.key).read_bytes() == BODY
    assert proxy.counts[fault] == 1


@pytest.mark.parametrize("fault", OF_A_BODY)
def test_bytes_that_are_always_wrong_are_never_used(
    fault: Fault, bucket: S3Settings, proxy: FaultyS3, behind: ObjectStore, tmp_path: Path
) -> None:
    ObjectStore(bucket).put_once(REF.key, BODY, SHA)
    proxy.choose = Once(fault, "GET", always=True)
    cache = ObjectCache(behind, tmp_path / "objects")
    with pytest.raises((ObjectCorrupt, StoreUnavailable), match=REF.key):
        cache.verified([REF])
    assert not (cache.folder / REF.key).exists()


def test_the_same_seed_breaks_the_same_requests() -> None:
    requests = [Request(number, "GET", "/") for number in range(500)]
    first, second = (list(map(at_random(3, 0.2), requests)) for _ in range(2))
    assert first == second
    assert 50 < sum(fault is not None for fault in first) < 150
    assert {fault for fault in first if fault} == set(FAULTS) - {"http_412", "http_409"}
