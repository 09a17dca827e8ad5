"""The same world in the same bytes, however it is computed."""

import hashlib
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from simulator import raw_object
from simulator import world as world_module
from simulator.config import SimulationConfig, load_config
from simulator.config.model import CHANNELS
from simulator.errors import RangeError, TargetError
from simulator.world import RawObject, blocks, code_hash, simulate, truth
from simulator.write import write_folder

FIRST, LAST = date(2025, 9, 1), date(2025, 10, 5)
LOCAL = timezone(timedelta(hours=-5))
Sums = dict[tuple[str, date], str]


def sums(objects: Iterable[RawObject]) -> Sums:
    return {(raw.source, raw.day): hashlib.sha256(raw.payload).hexdigest() for raw in objects}


def in_parts(config: SimulationConfig, parts: Sequence[tuple[date, date]]) -> Sums:
    return {k: v for first, last in parts for k, v in sums(simulate(config, first, last)).items()}


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


@pytest.fixture(scope="module")
def whole(small_world: SimulationConfig) -> list[RawObject]:
    return list(simulate(small_world, FIRST, LAST))


@pytest.fixture(scope="module")
def events(whole: list[RawObject]) -> list[dict[str, object]]:
    return [json.loads(line) for raw in whole for line in raw.payload.splitlines()]


def test_every_source_of_every_day_yields_one_object(whole: list[RawObject]) -> None:
    found = [(raw.day, raw.source) for raw in whole]
    assert found == [(day, source) for day in days(FIRST, LAST) for source in CHANNELS]


def test_day_by_day_in_any_order_gives_the_same_bytes(
    small_world: SimulationConfig, whole: list[RawObject]
) -> None:
    single = [(day, day) for day in days(FIRST, LAST)]
    random.Random(5).shuffle(single)
    assert in_parts(small_world, single) == sums(whole)


@pytest.mark.parametrize("parts", [1, 2, 3, 8])
def test_any_number_of_blocks_gives_the_same_bytes(
    small_world: SimulationConfig, whole: list[RawObject], parts: int
) -> None:
    split = blocks(small_world, FIRST, LAST, parts)
    assert len(split) == parts
    assert [day for a, b in split for day in days(a, b)] == days(FIRST, LAST)
    assert in_parts(small_world, split) == sums(whole)


@pytest.mark.parametrize("tickets", [1, 300, 10**6])
def test_the_size_of_a_window_changes_no_byte(
    small_world: SimulationConfig,
    whole: list[RawObject],
    tickets: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(world_module, "_WINDOW_TICKETS", tickets)
    assert sums(simulate(small_world, FIRST, LAST)) == sums(whole)


@pytest.mark.parametrize("count", [1, 40, 1_000])
def test_how_many_lines_are_written_at_once_changes_no_byte(
    small_world: SimulationConfig,
    whole: list[RawObject],
    count: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(raw_object, "_EVENTS_AT_ONCE", count)
    assert sums(simulate(small_world, FIRST, LAST)) == sums(whole)


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "OMP_NUM_THREADS": "1"},
    ],
)
def test_the_environment_changes_no_byte(
    small_path: Path, whole: list[RawObject], environment: dict[str, str]
) -> None:
    script = (
        "import hashlib, sys; from datetime import date; from pathlib import Path\n"
        "from simulator.config import load_config; from simulator.world import simulate\n"
        "total = hashlib.sha256()\n"
        f"for raw in simulate(load_config(Path({str(small_path)!r})), "
        f"date({FIRST:%Y, %-m, %-d}), date({LAST:%Y, %-m, %-d})):\n"
        "    total.update(raw.payload)\n"
        "print(total.hexdigest(), 'pandas' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = hashlib.sha256(b"".join(raw.payload for raw in whole)).hexdigest()
    # Importing pandas would be most of a worker's start.
    assert ran.stdout.split() == [expected, "False"]


def test_a_longer_range_begins_with_the_bytes_of_a_shorter_one(
    small_world: SimulationConfig, whole: list[RawObject]
) -> None:
    longer = sums(simulate(small_world, FIRST, LAST + timedelta(days=9)))
    assert sums(whole).items() <= longer.items()


def test_seed_start_and_constants_make_other_worlds(small_world: SimulationConfig) -> None:
    day = small_world.start
    first = sums(simulate(small_world, day, day))
    assert sums(simulate(small_world.with_seed(7), day, day)) != first
    assert sums(simulate(small_world.with_scale((2.0,) * 4), day, LAST)) != sums(
        simulate(small_world, day, LAST)
    )


def test_lines_are_compact_in_fixed_order_and_lie_on_their_local_day(
    whole: list[RawObject],
) -> None:
    for raw in whole:
        lines = raw.payload.decode().splitlines()
        assert len(lines) == raw.events
        keys = []
        for line in lines:
            event = json.loads(line)
            assert list(event) == ["event_id", "ticket_id", "event_type", "ts", "data"]
            assert json.dumps(event, ensure_ascii=False, separators=(",", ":")) == line
            assert datetime.fromisoformat(event["ts"]).astimezone(LOCAL).date() == raw.day
            keys.append((event["ts"], event["event_id"]))
        assert keys == sorted(keys)
        created = sum('"TICKET_CREATED"' in line for line in lines)
        assert created == raw.tickets


def test_ids_are_unique_and_text_len_counts_characters(events: list[dict[str, object]]) -> None:
    assert len({event["event_id"] for event in events}) == len(events)
    created = [e for e in events if e["event_type"] == "TICKET_CREATED"]
    for key in ("ticket_id",):
        assert len({event[key] for event in created}) == len(created)
    data = [e["data"] for e in events if e["event_type"] == "MESSAGE_ADDED"]
    assert all(isinstance(d, dict) and len(d["text"]) == d["text_len"] for d in data)
    assert any("\n" in d["text"] for d in data if isinstance(d, dict))


def test_the_source_of_an_event_is_its_cases_channel(whole: list[RawObject]) -> None:
    channel = {}
    for raw in whole:
        for event in map(json.loads, raw.payload.splitlines()):
            if event["event_type"] == "TICKET_CREATED":
                channel[event["ticket_id"]] = event["data"]["source_channel"]
            assert channel[event["ticket_id"]] == raw.source


def test_cases_outlive_their_day_and_some_stay_open(events: list[dict[str, object]]) -> None:
    last: dict[object, object] = {}
    for event in events:
        data = event["data"]
        if event["event_type"] == "STATUS_CHANGED" and isinstance(data, dict):
            last[event["ticket_id"]] = data["status_to"]
    states = Counter(last.values())
    assert states["ARCHIVED"] > 0
    assert states["IN_PROGRESS"] > 0


def test_truth_has_a_row_a_created_ticket_and_leaves_raw_alone(
    small_world: SimulationConfig, events: list[dict[str, object]]
) -> None:
    table = truth(small_world, FIRST, LAST)
    filed = {
        e["ticket_id"]: e["data"]["pqrs_type"]
        for e in events
        if e["event_type"] == "TICKET_CREATED" and isinstance(e["data"], dict)
    }
    rows = table.to_pydict()
    assert rows["ticket_id"] == sorted(filed)
    assert [filed[ticket] for ticket in rows["ticket_id"]] == rows["filed_type"]
    assert rows["is_misfiled"] == [
        filed_type != true_type
        for filed_type, true_type in zip(rows["filed_type"], rows["true_type"], strict=True)
    ]
    assert 0.04 < np.mean(rows["is_misfiled"]) < 0.12
    assert all(
        name[0] == kind for name, kind in zip(rows["family"], rows["true_type"], strict=True)
    )


def test_a_range_outside_the_world_is_refused_before_anything_is_yielded() -> None:
    config = load_config()
    with pytest.raises(RangeError, match="2025-08-31"):
        simulate(config, date(2025, 8, 31), date(2025, 9, 2))
    with pytest.raises(RangeError, match="lies before"):
        simulate(config, date(2025, 9, 3), date(2025, 9, 2))
    with pytest.raises(RangeError, match="2028-12-30"):
        simulate(config, date(2025, 9, 3), date(2028, 12, 30))


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TargetError, match="file/inside"):
        write_folder(load_config(), FIRST, FIRST, tmp_path / "file" / "inside")


def test_a_folder_holds_an_object_for_every_source_and_day(
    small_world: SimulationConfig, whole: list[RawObject], tmp_path: Path
) -> None:
    paths = write_folder(small_world, FIRST, FIRST + timedelta(days=1), tmp_path)
    assert len(paths) == 2 * len(CHANNELS)
    assert paths[0] == tmp_path / "source=email" / "day=2025-09-01" / "events.jsonl"
    assert [path.read_bytes() for path in paths] == [raw.payload for raw in whole[:10]]


def test_the_code_hash_is_stable_within_a_checkout() -> None:
    assert len(code_hash()) == 64
    world_module.code_hash.cache_clear()
    assert code_hash() == code_hash()
