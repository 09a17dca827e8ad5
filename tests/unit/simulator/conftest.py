"""A world small enough to be simulated many times in a test."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.config import SimulationConfig, load_config
from simulator.config.load import DEFAULT


@pytest.fixture(scope="session")
def content() -> dict[str, Any]:
    """The default configuration with 60 tickets a day and a spike in its second week."""
    loaded: dict[str, Any] = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    loaded["arrivals"]["mean_per_day"] = 60
    loaded["arrivals"]["spikes"] = [
        {
            "start": "2025-09-10",
            "days": 5,
            "mean_per_day": 180,
            "dispersion": 100,
            "least": 150,
            "most": 210,
        }
    ]
    return loaded


@pytest.fixture(scope="session")
def small_world(
    content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> SimulationConfig:
    return load_config(small_file(content, tmp_path_factory.mktemp("world")))


def small_file(content: dict[str, Any], folder: Path) -> Path:
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small_path(content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_file(content, tmp_path_factory.mktemp("world-file"))
