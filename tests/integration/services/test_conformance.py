"""`pqr doctor` tries a server out, names what it lacks, and leaves nothing behind."""

import hashlib
from dataclasses import replace
from typing import get_args

import pytest

from orchestration.lake.store import ObjectStore, RawConflict
from orchestration.services.conformance import GUARANTEES, examine_store
from orchestration.settings import Settings
from orchestration.settings.endpoints import S3Settings
from orchestration.settings.s3_access import S3Access
from tests.integration.services.conftest import Pqr
from tests.integration.services.weak_s3 import Weakness, weak_server

pytestmark = pytest.mark.slow

LACKS = {
    "ignores_condition": "conditional PUT",
    "refuses_condition": "conditional PUT",
    "condition_checked_too_early": "conditional PUT",
    "stale_reads": "read after write",
    "stale_lists": "read after write",
    "lists_what_is_deleted": "read after write",
    "one_page": "listing beyond 1,000 keys",
    "same_page_twice": "listing beyond 1,000 keys",
    "ignores_range": "ranges",
    "ignores_checksum": "checksums",
    "refuses_multipart": "multipart upload",
    "loses_a_part": "multipart upload",
    "clock_behind": "a clock within a minute",
    "no_date": "a clock within a minute",
}


def missing(s3: S3Settings) -> dict[str, str]:
    return {item.guarantee.name: item.did for item in examine_store(s3) if item.did}


def test_the_embedded_server_gives_every_guarantee(bucket: S3Settings) -> None:
    assert not missing(bucket)
    assert not list(ObjectStore(bucket).list(""))


@pytest.mark.parametrize("weakness", get_args(Weakness))
def test_a_server_that_lacks_a_guarantee_is_told_by_its_name(
    bucket: S3Settings, weakness: Weakness, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = LACKS[weakness]
    # The others are tried out by the other tests.
    chosen = tuple(item for item in GUARANTEES if item.name == wanted)
    monkeypatch.setattr("orchestration.services.conformance.GUARANTEES", chosen)
    with weak_server(bucket, weakness) as endpoint:
        assert list(missing(replace(bucket, endpoint_url=endpoint))) == [wanted]


def test_doctor_says_what_holds_without_conditional_put_and_the_way_out(
    pqr: Pqr, settings: Settings, bucket: S3Settings
) -> None:
    exports = {**settings.exports(), "PQR_BUCKET": bucket.bucket}
    with weak_server(bucket, "ignores_condition") as endpoint:
        exports["AWS_ENDPOINT_URL"] = endpoint
        done = pqr("doctor", **exports)
        (line,) = [line for line in done.stdout.splitlines() if "no conditional PUT" in line]
        assert line.startswith("s3          problem")
        for said in ("What then holds", "PQR_S3_CONDITIONAL_PUT=checked", "pqr verify"):
            assert said in line
        assert done.returncode == 3
        checked = pqr("doctor", **exports, PQR_S3_CONDITIONAL_PUT="checked")
        assert "no conditional PUT" not in checked.stdout
        assert checked.returncode == 0, checked.stdout
    assert not list(ObjectStore(bucket).list(""))


def test_keys_that_are_looked_up_first_are_not_overwritten_by_a_weak_server(
    bucket: S3Settings,
) -> None:
    one, other = b"one", b"other"
    sums = [hashlib.sha256(body).hexdigest() for body in (one, other)]
    with weak_server(bucket, "ignores_condition") as endpoint:
        weak = replace(bucket, endpoint_url=endpoint)
        store = ObjectStore(replace(weak, access=S3Access(checks_first=True)))
        assert store.put_once("key", one, sums[0]) == "created"
        assert store.put_once("key", one, sums[0]) == "identical"
        with pytest.raises(RawConflict, match="RAW_CONFLICT"):
            store.put_once("key", other, sums[1])
        assert store.get("key") == one
        # Without looking first the server overwrites it, and nobody is told.
        assert ObjectStore(weak).put_once("key", other, sums[1]) == "created"
