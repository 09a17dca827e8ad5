"""OpenLineage events conform, reach whoever wants them, and never stop a run."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import UsageError
from orchestration.lineage.edges import LayerInput, LayerOutput
from orchestration.lineage.emitter import Emitter
from orchestration.lineage.events import (
    Place,
    attempt_id,
    input_dataset,
    layer_event,
    layer_id,
    output_dataset,
    run_event,
)
from orchestration.lineage.graph import ProjectGraph
from orchestration.lineage.told import LineageTeller
from orchestration.run import Claim, Run, World
from orchestration.settings import load_settings
from orchestration.settings.lineage import LineageSettings
from tests.openlineage import faults, unpaired
from tests.unit.lineage.collector import Collector

PLACE = Place("pqr-lakehouse", "postgres://127.0.0.1:15432", "pqr_lakehouse")


@pytest.fixture
def claim() -> Claim:
    world = World.simulated(42, "a" * 64, "b" * 64, date(2025, 9, 1))
    return Claim(Run.of(world, date(2025, 9, 1), date(2025, 9, 3)), attempt=2)


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.close()


def no_graph() -> ProjectGraph:
    raise AssertionError("nobody needs the project here")


def teller(
    claim: Claim, environment: dict[str, str], on_failure: Callable[[str], None] = print
) -> LineageTeller:
    return LineageTeller(load_settings(environment), claim, no_graph, on_failure)


def test_events_of_a_run_and_a_layer_conform(claim: Claim) -> None:
    made = output_dataset(
        PLACE, LayerOutput("gold", "kpi_sla", 8, 900, 2), "d" * 64, [("day", "date", "The day.")]
    )
    served = output_dataset(PLACE, LayerOutput("serving", "kpi_sla_daily", None, 0, 0), "d" * 64)
    read = [
        input_dataset(PLACE, LayerInput("silver", "tickets", "c" * 64)),
        input_dataset(PLACE, LayerInput("seed", "dim_geo", "e" * 64)),
    ]
    events = [
        run_event("START", "pqr", claim),
        run_event("FAIL", "pqr", claim, error="no room"),
        layer_event("START", "pqr", claim, "gold", 1),
        layer_event(
            "COMPLETE", "pqr", claim, "gold", 1,
            inputs=read, outputs=[made, served], facts={"skipped": False},
        ),
        layer_event("FAIL", "pqr", claim, "serving", 1, error="no room"),
    ]  # fmt: skip
    assert [fault for event in events for fault in faults(event)] == []
    assert made["name"] == "gold/kpi_sla"
    assert made["namespace"] == "s3://pqr-lakehouse"
    assert served["name"] == "pqr_lakehouse.serving.kpi_sla_daily"
    assert [item["name"] for item in read] == ["silver/tickets", "seeds/dim_geo.csv"]


def test_the_schema_of_this_test_finds_what_is_missing(claim: Claim) -> None:
    whole = run_event("START", "pqr", claim)
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
    told = teller(
        claim,
        {
            "OPENLINEAGE_URL": collector.url,
            "OPENLINEAGE_API_KEY": "of-mine",
            "PQR_OPENLINEAGE_FILE": str(file),
        },
    )
    told.run_started()
    told.layer_started("raw")
    told.layer_failed("raw", "no room")
    told.layer_started("raw")
    told.layer_failed("raw", "no room again")
    told.run_ended(ValueError("no room again"))
    written = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert written == collector.events
    assert [event["eventType"] for event in written] == ["START", *["START", "FAIL"] * 2, "FAIL"]
    assert unpaired([written[0], *written[1:]]) == []
    assert [fault for event in written for fault in faults(event)] == []
    assert set(collector.paths) == {"/api/v1/lineage"}
    assert set(collector.keys) == {"Bearer of-mine"}


def test_somebody_who_stops_a_run_aborts_it(claim: Claim, collector: Collector) -> None:
    told = teller(claim, {"OPENLINEAGE_URL": collector.url})
    told.run_started()
    told.run_ended(KeyboardInterrupt())
    assert [event["eventType"] for event in collector.events] == ["START", "ABORT"]


def test_a_place_that_fails_is_named_once_and_the_other_goes_on(
    claim: Claim, collector: Collector, tmp_path: Path
) -> None:
    failures: list[str] = []
    file = tmp_path / "events.jsonl"
    settings = LineageSettings(url=f"{collector.url}/api/v1/lineage", file=file)
    collector.status = 500
    emitter = Emitter(settings, failures.append)
    for _ in range(3):
        emitter.emit(run_event("START", "pqr", claim))
    assert len(failures) == 1
    assert collector.url in failures[0]
    assert len(collector.events) == 1
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3


def test_nobody_there_is_no_failure(claim: Claim, tmp_path: Path) -> None:
    failures: list[str] = []
    (tmp_path / "file").write_text("in the way")
    emitter = Emitter(
        LineageSettings(url="http://127.0.0.1:9/api", file=tmp_path / "file" / "events.jsonl"),
        failures.append,
    )
    emitter.emit(run_event("START", "pqr", claim))
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
