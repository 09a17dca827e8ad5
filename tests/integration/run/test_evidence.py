"""What a run leaves to be looked at: lineage from dataset to dataset, events, Prefect artifacts."""

import json
import subprocess
import sys
from typing import Any

import pytest

from orchestration.services import prefect_server
from tests.integration.run.lake import ROOT, Lake
from tests.openlineage import faults, unpaired

# A whole run, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]

WALK = """
with recursive walk as (
    select layer, dataset, manifest_sha256, input_layer, input_dataset, input_sha256
    from meta.lineage where layer = 'serving' and dataset = 'kpi_sla_daily'
    union
    select
        lineage.layer, lineage.dataset, lineage.manifest_sha256,
        lineage.input_layer, lineage.input_dataset, lineage.input_sha256
    from walk
    join meta.lineage
        on (lineage.manifest_sha256, lineage.dataset) = (walk.input_sha256, walk.input_dataset)
)
select layer || '.' || dataset, input_layer || '.' || input_dataset, input_sha256 from walk
"""

# Not read_artifacts: it sends what is left out as null, which this server refuses.
ARTIFACTS = """
import json
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    wanted = {"artifacts": {"key": {"like_": "pqr-run-%"}}, "sort": "CREATED_DESC"}
    found = client.request("POST", "/artifacts/filter", json=wanted).json()
    flow_runs = [item["flow_run_id"] for item in found]
    wanted = {"logs": {"flow_run_id": {"any_": flow_runs}}, "limit": 200}
    logs = client.request("POST", "/logs/filter", json=wanted).json()
    print(json.dumps([[item["message"] for item in logs], [
        [item["key"], item["data"], item["description"], item["flow_run_id"]] for item in found
    ]]))
"""


def test_a_published_kpi_can_be_walked_back_to_raw_events(published: Lake) -> None:
    walked = {(str(made), str(source)) for made, source, _ in published.query(WALK)}
    assert {
        ("serving.kpi_sla_daily", "gold.kpi_sla"),
        ("gold.kpi_sla", "silver.status_events"),
        ("gold.kpi_sla", "seed.dim_calendar"),
        ("silver.status_events", "bronze.pqrs_events"),
        ("bronze.pqrs_events", "raw.pqrs"),
    } <= walked
    assert not any("world" in source for _, source in walked)


def test_every_edge_names_a_committed_manifest_or_a_reference_list(published: Lake) -> None:
    (counts,) = published.query(
        """
        select
            count(*),
            count(*) filter (where input_sha256 is null),
            count(*) filter (
                where input_layer <> 'seed' and not exists (
                    select from meta.manifest_index
                    where manifest_index.manifest_sha256 = lineage.input_sha256
                        and manifest_index.layer = lineage.input_layer
                )
            )
        from meta.lineage where layer <> 'raw'
        """
    )
    assert counts[0]
    assert counts[1:] == (0, 0)
    datasets = published.query(
        "select distinct layer, dataset from meta.manifest_objects"
        " join meta.manifest_index using (manifest_seq) where layer <> 'raw'"
        " except select layer, dataset from meta.lineage"
    )
    assert datasets == []


@pytest.fixture(scope="module")
def events(published: Lake, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a run that finds its layers committed tells; nobody listens at the URL."""
    file = tmp_path_factory.mktemp("lineage") / "events.jsonl"
    done = published.pqr(
        "run", "--days", "3", "--quiet",
        PQR_OPENLINEAGE_FILE=str(file), OPENLINEAGE_URL="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_run_tells_of_each_layer_with_its_datasets(events: list[dict[str, Any]]) -> None:
    assert [fault for event in events for fault in faults(event)] == []
    assert unpaired(events) == []
    ended = {event["job"]["name"]: event for event in events if event["eventType"] == "COMPLETE"}
    layers = ("raw", "bronze", "enrichment", "silver", "gold", "serving")
    assert list(ended) == [*(f"pqr-run.{layer}" for layer in layers), "pqr-run"]
    made: set[tuple[str, str]] = set()
    for layer in layers:
        event = ended[f"pqr-run.{layer}"]
        read = {(item["namespace"], item["name"]) for item in event["inputs"]}
        # What a layer reads is what an earlier one made, or a reference list.
        assert {item for item in read if item[0] != "file"} <= made
        made |= {(item["namespace"], item["name"]) for item in event["outputs"]}
        assert event["run"]["facets"]["pqr_layer"]["skipped"] is True
    assert any(name.endswith("gold/kpi_sla") for _, name in made)


def test_prefect_keeps_a_summary_and_a_table_of_the_layers(
    published: Lake, events: list[dict[str, Any]]
) -> None:
    home = published.settings.home
    done = subprocess.run(
        [sys.executable, "-c", ARTIFACTS],
        env={
            **published.environment,
            **prefect_server.client_environment(published.settings),
            **prefect_server.prefect_exports(published.settings),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (run_id,) = published.query("select run_id::text from meta.etl_runs")[0]
    logs, artifacts = json.loads(done.stdout)
    assert any(f"run_id={run_id}" in line and "attempt=" in line for line in logs)
    found = [item for item in artifacts if str(run_id) in item[2]]
    tables = [json.loads(item[1]) for item in found if item[0] == "pqr-run-layers"]
    assert all(item[3] for item in found)
    layers = ["raw", "bronze", "enrichment", "silver", "gold", "serving"]
    assert [row["layer"] for row in tables[0]] == layers
    assert {"rows", "bytes", "seconds", "skipped"} <= set(tables[0][0])
    text = next(item[1] for item in found if item[0] == "pqr-run-summary")
    for part in (
        "within SLA",
        "passed, 0 did not",
        "quarantine: 0",
        "pqr logs",
        "Data Docs",
        "pipeline.log",
        "meta.lineage",
        f"{home}",
    ):
        assert part in text
    assert published.settings.s3.secret_key not in text
