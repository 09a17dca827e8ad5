"""The generated reference has everything that the code has."""

import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "infra" / "site"))

import reference  # noqa: E402
import reference_watch  # noqa: E402

from orchestration.bronze.rules import Reason  # noqa: E402
from orchestration.ingest import account  # noqa: E402


def page(name: str) -> str:
    return "\n".join(reference.MAKERS[name]())


def test_every_metric_and_alert_has_its_line() -> None:
    text = page("metrics-and-alerts")
    guide = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(pqr_\w+)`", text, re.M) == re.findall(r"^\| `(pqr_\w+)`", guide, re.M)
    rules = yaml.safe_load(reference_watch.ALERTS.read_text(encoding="utf-8"))["groups"]
    for alert in (rule for group in rules for rule in group["rules"]):
        assert f"| [{alert['alert']}](../runbooks/" in text
    for link in re.findall(r"\(\.\./(runbooks/\S+\.md)\)", text):
        assert (ROOT / "docs" / link).exists()


@pytest.mark.parametrize("reason", [*Reason, *account.Reason, *account.Stop])
def test_every_reason_has_its_place(reason: str) -> None:
    assert f"`{reason}`" in page("reasons")


def test_every_error_has_its_code_and_says_what_it_is() -> None:
    errors = reference_watch.error_classes()
    assert len(errors) > 50
    text = page("exit-codes")
    for name, _, said in errors:
        assert f"| {name} | " in text
        assert said, f"{name} has no docstring"


def test_every_key_of_a_world_has_its_limits() -> None:
    text = page("configuration")
    world = yaml.safe_load(
        (ROOT / "simulator/config/pqrs_simulation_v1.yaml").read_text(encoding="utf-8")
    )
    for key in world:
        assert f"| `{key}" in text, key


def test_every_field_of_the_raw_contract_has_its_line() -> None:
    assert "| source_channel |" in page("raw-contract")
    assert "| status_to |" in page("raw-contract")
