"""Silver in buckets of cases: the same bytes as without them, for any number and any workers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.run.lake import Lake, LakeFactory, small_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

WAYS = (
    {},
    {"PQR_SILVER_BUCKETS": "4", "PQR_DASK_WORKERS": "1"},
    {"PQR_SILVER_BUCKETS": "4", "PQR_DASK_WORKERS": "2"},
    {"PQR_SILVER_BUCKETS": "16", "PQR_DASK_WORKERS": "2"},
)


def went_well(lake: Lake, *arguments: str, **variables: str) -> str:
    done = lake.pqr(*arguments, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_days_that_follow_each_other(new_lake: LakeFactory, tmp_path: Path) -> None:
    """The second day carries cases over; no bucket may leave out a partition of another."""
    config = str(small_world(tmp_path))
    found = []
    for variables in WAYS:
        lake = new_lake()
        said = went_well(lake, "run", "--config", config, "--days", "3", **variables)
        buckets = variables.get("PQR_SILVER_BUCKETS")
        assert (f"{buckets} buckets" in said) == bool(buckets)
        went_well(lake, "daily", "--config", config, "--day", "2025-09-04", **variables)
        assert lake.pqr("verify").returncode == 0
        found.append(lake.checksums())
    assert len(found[0]) > 100
    assert [sums == found[0] for sums in found] == [True] * len(WAYS)


def linked_lines(lines: list[bytes]) -> Iterator[bytes]:
    """The lines of a day, and on the next day copies of some events, each in the next case.

    Every case but the first is linked to the one before.
    """
    events = [json.loads(line) for line in lines]
    yield from lines
    messages = [event for event in events if event["event_type"] == "MESSAGE_ADDED"]
    cases = list(dict.fromkeys(event["ticket_id"] for event in messages))
    for number, case in enumerate(cases[:8]):
        copied = next(event for event in messages if event["ticket_id"] == case)
        copy = {**copied, "ticket_id": cases[number + 1], "ts": "2025-09-02T15:00:00Z"}
        yield json.dumps(copy).encode() + b"\n"


def test_cases_that_share_events(new_lake: LakeFactory, tmp_path: Path) -> None:
    maker = new_lake()
    went_well(maker, "simulate", "--days", "1", "--to", str(tmp_path / "world"))
    source = next((tmp_path / "world").rglob("*source=email*/**/*.jsonl"))
    delivered = tmp_path / "events.jsonl"
    lines = source.read_bytes().splitlines(keepends=True)
    delivered.write_bytes(b"".join(linked_lines(lines)))
    found, conflicts = [], []
    for variables in (WAYS[0], WAYS[2]):
        lake = new_lake()
        went_well(
            lake, "ingest", str(delivered), "--source", "email", "--world", "linked", "--publish",
            "--start", "2025-09-01", "--end", "2025-09-02", **variables,
        )  # fmt: skip
        found.append(lake.checksums())
        conflicts += lake.query(
            "select result, value::integer from meta.data_quality"
            " where check_name like '%conflicting_events'"
        )
    assert found[0] == found[1]
    assert conflicts == [("WARN", 8)] * 2
