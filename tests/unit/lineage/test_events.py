"""OpenLineage events conform, reach every target, and never stop a run."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import UsageError
from orchestration.lineage import OpenLineage, attempt_id, layer_id
from orchestration.run import Claim, Run, World
from orchestration.settings import load_settings
from tests.openlineage import faults, unpaired
from tests.unit.lineage.collector import Collector


@pytest.fixture
def claim() -> Claim:
    world = World.simulated(42, "a" * 64, "b" * 64, date(2025, 9, 1))
    return Claim(Run.of(world, date(2025, 9, 1), date(2025, 9, 3)), attempt=2)


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.close()


def lineage(
    claim: Claim, environment: dict[str, str], on_failure: Callable[[str], None] = print
) -> OpenLineage:
    return OpenLineage(load_settings(environment), claim, on_failure)


def test_the_schema_of_this_test_finds_what_is_missing(claim: Claim, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    lineage(claim, {"PQR_OPENLINEAGE_FILE": str(file)}).emit_run("START")
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert faults(whole) == []
    for name in ("eventTime", "producer", "schemaURL", "run", "job"):
        assert faults({key: value for key, value in whole.items() if key != name})
    assert faults({**whole, "eventType": "STARTED"})
    assert faults({**whole, "run": {"runId": "of mine"}})
    assert faults(
        {**whole, "outputs": [{"name": "kpi", "namespace": "s3://b", "facets": {"v": {}}}]}
    )


def test_ids_are_those_of_the_attempt_whoever_asks(claim: Claim) -> None:
    assert attempt_id(claim) == attempt_id(Claim(claim.run, claim.attempt))
    other = Claim(claim.run, claim.attempt + 1)
    ids = {attempt_id(claim), attempt_id(other), layer_id(claim, "gold", 1)}
    assert len(ids | {layer_id(claim, "gold", 2), layer_id(other, "gold", 1)}) == 5


def test_a_collector_and_a_file_get_every_event(
    claim: Claim, collector: Collector, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "events.jsonl"
    sent = lineage(
        claim,
        {
            "OPENLINEAGE_URL": collector.url,
            "OPENLINEAGE_API_KEY": "of-mine",
            "PQR_OPENLINEAGE_FILE": str(file),
        },
    )
    sent.emit_run("START")
    sent.emit_layer("START", "raw")
    sent.emit_layer("FAIL", "raw", "no room")
    sent.emit_layer("START", "raw")
    sent.emit_layer("FAIL", "raw", "no room again")
    sent.emit_run("FAIL", "no room again")
    written = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert written == collector.events
    assert [event["eventType"] for event in written] == ["START", *["START", "FAIL"] * 2, "FAIL"]
    assert unpaired([written[0], *written[1:]]) == []
    assert [fault for event in written for fault in faults(event)] == []
    assert set(collector.paths) == {"/api/v1/lineage"}
    assert set(collector.keys) == {"Bearer of-mine"}


def test_a_target_that_fails_is_named_once_and_the_other_goes_on(
    claim: Claim, collector: Collector, tmp_path: Path
) -> None:
    failures: list[str] = []
    file = tmp_path / "events.jsonl"
    collector.status = 500
    environment = {"OPENLINEAGE_URL": collector.url, "PQR_OPENLINEAGE_FILE": str(file)}
    sent = lineage(claim, environment, failures.append)
    for _ in range(3):
        sent.emit_run("START")
    assert len(failures) == 1
    assert collector.url in failures[0]
    assert len(collector.events) == 1
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3


def test_nobody_there_is_no_failure(claim: Claim, tmp_path: Path) -> None:
    failures: list[str] = []
    (tmp_path / "file").write_text("in the way")
    environment = {
        "OPENLINEAGE_URL": "http://127.0.0.1:9",
        "PQR_OPENLINEAGE_FILE": str(tmp_path / "file" / "events.jsonl"),
    }
    lineage(claim, environment, failures.append).emit_run("START")
    assert len(failures) == 2


def test_the_variables_of_the_openlineage_clients_count() -> None:
    settings = load_settings(
        {
            "OPENLINEAGE_URL": "https://lineage.example.org/",
            "OPENLINEAGE_ENDPOINT": "/v2",
            "OPENLINEAGE_NAMESPACE": "entity",
        }
    ).lineage
    assert (settings.url, settings.namespace) == ("https://lineage.example.org/v2", "entity")
    off = {"OPENLINEAGE_URL": "http://127.0.0.1:5000", "OPENLINEAGE_DISABLED": "true"}
    assert not load_settings(off).lineage.is_configured
    assert not load_settings({}).lineage.is_configured
    with pytest.raises(UsageError, match="OPENLINEAGE_URL=ftp:"):
        load_settings({"OPENLINEAGE_URL": "ftp://example.org"})
