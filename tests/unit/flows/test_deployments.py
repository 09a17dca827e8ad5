"""The served deployments and those of prefect.yaml are the same, and say what they take."""

from pathlib import Path

import pytest
import yaml
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

from orchestration.flows.deployments import DAILY_CRON, TIMEZONE, deployments

ROOT = Path(__file__).resolve().parents[3]
DECLARED = {
    item["name"]: item
    for item in yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
}
SERVED = {item.name: item for item in deployments()}


def test_both_have_the_same_deployments() -> None:
    assert set(DECLARED) == set(SERVED)


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_declared_deployment_is_the_served_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    declared, served = DECLARED[name], SERVED[name]
    flow = load_flow_from_entrypoint(declared["entrypoint"])
    assert isinstance(flow, Flow)
    assert flow.name == served.flow_name == f"pqr-{name}"
    assert declared.get("parameters", {}) == served.parameters
    assert declared["concurrency_limit"] == {
        "limit": served.concurrency_limit,
        "collision_strategy": str(served.concurrency_options.collision_strategy.value),
    }
    schedules = [(item.schedule.cron, item.schedule.timezone) for item in served.schedules or ()]
    assert [(item["cron"], item["timezone"]) for item in declared.get("schedules", ())] == schedules
    assert schedules == ([(DAILY_CRON, TIMEZONE)] if name == "daily" else [])


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_parameter_is_typed_and_described(name: str) -> None:
    schema = SERVED[name]._parameter_openapi_schema.model_dump()
    (request,) = schema["definitions"].values()
    for parameter, facts in request["properties"].items():
        assert facts.get("description"), parameter
        assert {"type", "anyOf", "enum"} & set(facts), parameter
