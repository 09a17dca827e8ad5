"""A manifest is its bytes."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from orchestration.lake.manifest import (
    LineCounts,
    Manifest,
    ManifestInput,
    ManifestInvalid,
    ObjectRef,
)

DAY = date(2025, 9, 1)
FIRST = ObjectRef(
    "bronze/a", "pqrs_events", "source=email/day=2025-09-01", 10, "a" * 64, 3, {"x": 1}
)
SECOND = ObjectRef("bronze/b", "quarantine", "source=email/day=2025-09-01", 20, "b" * 64, 2)
MANIFEST = Manifest(
    layer="bronze",
    run_id=UUID(int=1),
    world_id=UUID(int=2),
    date_min=DAY,
    date_max=DAY,
    build_id="0" * 12,
    previous_sha256="c" * 64,
    inputs=(ManifestInput(UUID(int=1), "raw", "c" * 64),),
    objects=(FIRST, SECOND),
    counts={"lines": 5},
    parameters={"name": "año"},
)


def test_a_manifest_is_read_back_as_it_was() -> None:
    assert Manifest.from_bytes(MANIFEST.to_bytes()) == MANIFEST


def test_the_order_of_objects_and_counts_changes_no_byte() -> None:
    turned = replace(MANIFEST, objects=(SECOND, FIRST), counts=dict(reversed([("lines", 5)])))
    assert turned.to_bytes() == MANIFEST.to_bytes()
    assert turned.sha256 == MANIFEST.sha256


def test_rows_are_those_that_count() -> None:
    assert MANIFEST.rows == 3
    assert MANIFEST.size == 30


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff", MANIFEST.to_bytes()[:-40],
     MANIFEST.to_bytes().replace(b'"format": 2', b'"format": 1'),
     MANIFEST.to_bytes().replace(b'"run_id": "0', b'"run_id": "x'),
     MANIFEST.to_bytes().replace(b'"size"', b'"length"')],
)  # fmt: skip
def test_anything_else_is_no_manifest(body: bytes) -> None:
    with pytest.raises(ManifestInvalid, match="MANIFEST_INVALID"):
        Manifest.from_bytes(body)


COUNTS = LineCounts(10, 7, {"JSON_TRUNCATED": 2, "NOT_UTF8": 1}, {"CRLF": 4})


def test_line_counts_survive_a_manifest() -> None:
    kept = Manifest.from_bytes(replace(MANIFEST, counts=COUNTS.to_json()).to_bytes())
    assert LineCounts.from_json(kept.counts) == COUNTS
    assert COUNTS.quarantined_lines == 3


def test_line_counts_add_up_by_reason() -> None:
    total = LineCounts.total([COUNTS, LineCounts(3, 2, {"NOT_UTF8": 1})])
    assert total == LineCounts(13, 9, {"JSON_TRUNCATED": 2, "NOT_UTF8": 2}, {"CRLF": 4})


@pytest.mark.parametrize(
    "counts",
    [
        {}, {"lines": 1}, {"lines": 1, "bronze": 1, "quarantined:JSON_TRUNCATED": 1},
        {"lines": 1, "bronze": 1, "quarantined.JSON_TRUNCATED": 1}, {"lines": "1", "bronze": 1},
        {"lines": 1, "bronze": -1}, {"lines": 1, "bronze": 1, "quarantined": 1},
        {"lines": 1, "bronze": 0, "quarantined": {"JSON_TRUNCATED": None}},
    ],
)  # fmt: skip
def test_other_counts_are_refused(counts: dict[str, object]) -> None:
    with pytest.raises(ManifestInvalid, match="MANIFEST_INVALID"):
        LineCounts.from_json(counts)
