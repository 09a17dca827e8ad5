"""The benchmark of growth goes through a real run of a tiny world."""

import json
from pathlib import Path

import pytest

from benchmarks import scale
from benchmarks.processes import MAIN, POSTGRES, S3

# Two whole runs with services of their own, on a machine that may be busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1000)]


def test_a_tiny_size_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "figures.json"
    # Targets are those of large sizes: whether they are met says nothing here.
    assert scale.main(["--sizes", "1x100", "--json", str(path)]) in (0, 1)
    start_up, tiny = json.loads(path.read_text())
    assert (start_up["days"], start_up["rate"]) == (1, 20)
    assert tiny["events"] > start_up["events"] > 0
    assert set(tiny["objects"]) == {"raw", "bronze", "enrichment", "silver", "gold"}
    assert set(tiny["layers"]) >= {"raw", "bronze", "silver", "gold", "serving"}
    assert min(tiny["cpu"][part] for part in (MAIN, S3, POSTGRES)) > 0
    assert min(tiny["peak"][part] for part in (MAIN, S3, POSTGRES)) > 10_000_000
    shown = capsys.readouterr().out
    assert "RESULT scale_cpu_per_million_1x100 " in shown
    assert "PROJECTION, not measured: 1x100" in shown
