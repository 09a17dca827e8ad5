"""`pqr logs` tells what happened in a run, in order, whatever ended it."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.integration.run.lake import Lake, LakeFactory, small_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LAYERS = ["raw", "bronze", "enrichment", "silver", "gold", "serving"]


@pytest.fixture(scope="module")
def run_id(published: Lake) -> str:
    return str(published.query("select run_id from meta.live_publication")[0][0])


def test_steps_models_and_checks_of_a_run_are_told_in_order(published: Lake, run_id: str) -> None:
    told = published.pqr("logs", run_id, "--json")
    assert told.returncode == 0, told.stderr
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert {line["run_id"] for line in lines} == {run_id}
    assert {line["attempt"] for line in lines} >= {1}
    assert all(before["at"] <= after["at"] for before, after in pairwise(lines))
    first = [line for line in lines if line["attempt"] == 1]
    assert [line["layer"] for line in first if line["text"] == "begins"] == LAYERS
    assert any("silver_tickets" in line["text"] for line in first if line["source"] == "dbt")
    tools = {line["source"] for line in first if "checks passed" in line["text"]}
    assert {"dbt", "great_expectations"} <= {tool.split(" ")[0] for tool in tools}


def test_one_layer_and_a_level_are_chosen(published: Lake, run_id: str) -> None:
    told = published.pqr("logs", run_id, "--layer", "silver")
    assert {line.split()[4] for line in told.stdout.splitlines()} == {"silver"}
    assert published.pqr("logs", run_id, "--level", "error").stdout == ""
    assert published.settings.s3.secret_key not in told.stdout


def test_a_run_is_named_by_its_beginning_or_left_out(published: Lake, run_id: str) -> None:
    latest = json.loads(published.pqr("runs", "--json").stdout)[0]["run_id"]
    whole = published.pqr("logs", latest).stdout
    assert whole
    for named in ((), (latest[:8],), (latest[:13].upper(),)):
        assert published.pqr("logs", *named).stdout == whole
    for command in ("quality", "verify", "quarantine"):
        told = published.pqr(command, run_id[:8], "--json")
        assert told.returncode == 0, told.stderr
    back = published.pqr("publish", "--run-id", run_id[:8])
    assert f"run {run_id} is live" in back.stdout


def test_an_empty_lake_has_no_run_to_tell_of(new_lake: LakeFactory) -> None:
    told = new_lake().pqr("logs")
    assert (told.returncode, told.stdout) == (2, "")
    assert "there is no run yet: `pqr run` makes the first one" in told.stderr


def test_what_a_killed_attempt_did_is_told(new_lake: LakeFactory, tmp_path: Path) -> None:
    lake = new_lake()
    config = str(small_world(tmp_path))
    killed = lake.pqr("run", "--days", "1", "--config", config, "--no-prefect-server",
                      PQR_TESTING="1", PQR_KILL_AT="raw.after_objects")  # fmt: skip
    assert killed.returncode == -9
    run_id = str(lake.query("select run_id from meta.etl_runs")[0][0])
    told = lake.pqr("logs", run_id).stdout.splitlines()
    assert [line.split()[-1] for line in told if " raw " in line] == ["begins"]
    assert any("claimed" in line for line in told)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "run 'nonsense' is unknown: `pqr runs` lists the runs"),
        (("",), "run '' is unknown"),
        (("%",), "run '%' is unknown"),
        (("00000000-0000-5000-8000-000000000000",), "is unknown"),
        (("00000000-0000-5000-8000-000000000000", "--level", "loud"), "--level loud"),
        (("00000000-0000-5000-8000-000000000000", "--layer", "tin"), "--layer tin"),
    ],
)
def test_what_cannot_be_told_is_refused_in_one_line(
    published: Lake, arguments: tuple[str, ...], said: str
) -> None:
    refused = published.pqr("logs", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
