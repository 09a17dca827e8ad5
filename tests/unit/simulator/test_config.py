"""A configuration is refused by name and value, and its hash covers what makes the world."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.config import load_config, scenarios
from simulator.config.load import FOLDER
from simulator.errors import ConfigError, RangeError
from simulator.seeds import rows


def written(content: dict[str, Any], folder: Path) -> Path:
    path = folder / "world.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (("case", "channel", "email"), 0.5, "must sum to 1, got 1.12"),
        (("case", "channel", "fax"), 0.0, "fax"),
        (("case", "misfiled"), 1.5, r"case\.misfiled.*1\.5"),
        (("arrivals", "mean_per_day"), -5, r"arrivals\.mean_per_day.*-5"),
        (("arrivals", "colour"), "red", r"arrivals\.colour"),
        (("sla", "breach_target"), 0.5, "breach_target 0.5 outside 0.07..0.12"),
        (("sla", "policy"), "none_such", "none_such"),
        (("load", "surge_ratio"), 0.5, "surge_ratio 0.5 is below capacity_ratio"),
        (("stages", "longest"), 90, r"stages\.longest.*90"),
        (("hours", "chat"), [0] * 24, "hours of chat"),
        (("seed",), -1, "seed.*-1"),
        (("version",), 1, "version 1 has no section handling"),
        (("handling",), None, "version 2 needs the section handling"),
        (("handling", "offices", "salud"), "Secretaría de Salud", r"handling\.offices"),
        (("handling", "extension", "days"), [5, 10, 90], r"days \[5, 10, 90\] leave 1..60"),
        (("handling", "outcome", "denied"), 2, r"handling\.outcome\.denied"),
    ],
)
def test_a_value_that_cannot_be_is_named(
    content: dict[str, Any], tmp_path: Path, keys: tuple[str, ...], value: object, message: str
) -> None:
    changed = deepcopy(content)
    place = changed
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    with pytest.raises(ConfigError, match=message):
        load_config(written(changed, tmp_path))


def test_a_range_outside_the_calendar_is_refused() -> None:
    with pytest.raises(RangeError, match="2023-12-31"):
        load_config(start=date(2023, 12, 31))
    with pytest.raises(RangeError, match="2028-12-31"):
        load_config(end=date(2028, 12, 31))


def test_a_file_that_is_missing_or_no_mapping_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml"):
        load_config(tmp_path / "absent.yaml")
    (tmp_path / "list.yaml").write_text("[1, 2]")
    with pytest.raises(ConfigError, match=r"list\.yaml must be a mapping"):
        load_config(tmp_path / "list.yaml")


def test_an_unknown_scenario_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="calm, new_channel, spike, understaffed, version_1"):
        load_config(scenario="holiday")


def test_the_hash_leaves_out_seed_and_end_and_covers_the_rest() -> None:
    base = load_config()
    assert load_config(seed=7, end=date(2025, 12, 1)).config_hash == base.config_hash
    others = [load_config(scenario=name).config_hash for name in scenarios()]
    others += [load_config(start=date(2025, 9, 2)).config_hash]
    others += [base.with_scale((1.0, 1.0, 1.0, 1.0)).config_hash]
    assert len({base.config_hash, *others}) == len(others) + 1


def test_a_scenario_keeps_the_calibrated_constants() -> None:
    for name in scenarios():
        assert load_config(scenario=name).calibration == load_config().calibration


def test_the_status_file_and_the_seeds_agree() -> None:
    content = yaml.safe_load((FOLDER / "pqrs_status_v1.yaml").read_text(encoding="utf-8"))
    states = [
        {
            "status_id": state,
            "name": entry["name"],
            "is_terminal": str(entry["is_terminal"]).lower(),
            "sla_behavior": entry["sla_behavior"],
        }
        for state, entry in content["states"].items()
    ]
    assert states == rows("dim_status")
    moves = [(row["status_from"], row["status_to"]) for row in rows("dim_status_transition")]
    assert [tuple(move) for move in content["transitions"]] == moves
