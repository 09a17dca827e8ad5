"""What a later delivery replaces, what the limit refuses, what a changed rule judges again."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from attempts import FIRST, run, write_events

from orchestration.bronze import job
from orchestration.bronze.quarantine import quarantine_counts, quarantined_lines
from orchestration.bronze.rules import Rules
from orchestration.lake.commit import commit_layer
from orchestration.lake.committed import (
    committed_manifest,
    effective_objects,
    known_run,
    read_manifest,
)
from orchestration.lake.store import ObjectCorrupt
from orchestration.meta.control import RunFacts, claim_run, unlock_world
from orchestration.run import World
from orchestration.settings import Settings
from orchestration.workers import ThisProcess
from tests.faults.conftest import Lake

Deliver = Callable[..., Path]
WORLD = World.ingested("ingested", FIRST).world_id


def bronze_rows(lake: Lake) -> dict[str, int]:
    refs = effective_objects(lake.connection, WORLD, "bronze", "pqrs_events")
    return {ref.partition: ref.rows for ref in refs}


def test_a_later_delivery_replaces_its_days_and_leaves_no_stale_row(
    world: Lake, deliver: Deliver
) -> None:
    first = run(world.settings, deliver("three", days=3, bad=0), world.folder / "a.json").answer
    assert first is not None
    assert sum(bronze_rows(world).values()) == 18
    # Two of the three days, the second of them without its events.
    corrected = deliver("corrected", days=3)
    lines = corrected.read_text().splitlines(keepends=True)
    corrected.write_text("".join(lines[:3] + lines[12:]))
    second = run(world.settings, corrected, world.folder / "b.json").answer
    assert second is not None
    assert second["run_id"] != first["run_id"]
    assert bronze_rows(world) == {
        "source=email/day=2025-09-01": 3,
        "source=email/day=2025-09-02": 0,
        "source=email/day=2025-09-03": 6,
    }


def test_quarantine_of_a_replaced_day_is_no_longer_counted(world: Lake, deliver: Deliver) -> None:
    lax = land_with_limit(world, deliver("bad", days=1, bad=2), 50.0)
    assert [(c.reason, c.lines) for c in quarantine_counts(world.connection, lax)] == [
        ("JSON_TRUNCATED", 2)
    ]
    run(world.settings, deliver("good", days=1), world.folder / "b.json")
    refs = effective_objects(world.connection, WORLD, "bronze", "quarantine")
    assert [ref.rows for ref in refs] == [0]


def test_too_much_quarantine_commits_nothing_and_says_what(world: Lake, deliver: Deliver) -> None:
    ended = run(world.settings, deliver("bad", days=1, bad=2), world.folder / "a.json")
    assert ended.answer is not None
    assert ended.answer["error"] == "QuarantineLimit"
    assert "2 of 6 lines (33.33 %)" in ended.answer["message"]
    assert "JSON_TRUNCATED 2" in ended.answer["message"]
    assert [layer for layer, *_ in world.manifests()] == ["raw"]


def test_quarantined_lines_can_be_shown(world: Lake, deliver: Deliver) -> None:
    run_id = land_with_limit(world, deliver("bad", days=1, bad=2), 50.0)
    rows = quarantined_lines(world.settings, world.connection, run_id, reason="JSON_TRUNCATED")
    assert [row["line_no"] for row in rows] == [1, 2]
    assert quarantined_lines(world.settings, world.connection, run_id, reason="CRLF") == []
    # What is shown is what was committed, from a copy that was compared with it.
    (key,) = [key for key in world.objects() if key.startswith("bronze/quarantine/")]
    body = world.store.get(key)
    world.store.delete(key)
    world.store.put_once(key, body[:-1], hashlib.sha256(body[:-1]).hexdigest())
    (world.settings.object_cache / key).unlink()
    with pytest.raises(ObjectCorrupt, match=f"SIZE_MISMATCH: .*{key}"):
        quarantined_lines(world.settings, world.connection, run_id)


def test_changed_rules_judge_the_same_raw_again(
    world: Lake, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = land_with_limit(world, write_events(world.folder, days=1), 50.0)
    before = bronze_rows(world)

    def without_citizens(root: Path) -> Rules:
        from dataclasses import replace

        return replace(load_rules(root), roles=("agent",))

    load_rules = job.load_rules
    monkeypatch.setattr(job, "load_rules", without_citizens)
    replay(world, strict, limit=100.0)
    assert sum(bronze_rows(world).values()) == 0
    monkeypatch.undo()
    replay(world, strict, limit=100.0)
    assert bronze_rows(world) == before


def land_with_limit(lake: Lake, location: Path, limit: float) -> UUID:
    killed = run(lake.settings, location, lake.folder / "k.json", kill_at="raw.after_commit")
    assert killed.answer is None
    rows = lake.connection.execute("select run_id from meta.etl_runs").fetchall()
    replay(lake, rows[0][0], limit)
    found: UUID = rows[0][0]
    return found


def replay(lake: Lake, run_id: UUID, limit: float) -> None:
    settings: Settings = lake.settings
    known, _ = known_run(lake.connection, run_id)
    raw = committed_manifest(lake.connection, known, "raw")
    assert raw is not None
    claim = claim_run(lake.connection, known, RunFacts())
    source = read_manifest(lake.store, raw)
    bronze = job.write_bronze(settings, ThisProcess(), known, source, quarantine_limit_pct=limit)
    commit_layer(lake.store, lake.connection, claim, bronze)
    unlock_world(lake.connection, known.world)
