"""What looks at a world: the report's statistics, the preview, the calibration, the commands."""

import math
from pathlib import Path

import numpy as np
import pytest

from simulator.__main__ import main
from simulator.calibration import Fit, calibrate, opened, shares_late, write_constants
from simulator.config import SimulationConfig, load_config
from simulator.errors import CalibrationError
from simulator.preview import preview
from simulator.report.measures import measure
from simulator.report.rows import rows
from simulator.report.statistics import chi_square, chi_square_tail, kolmogorov_smirnov


@pytest.mark.parametrize(
    ("statistic", "freedom", "probability"),
    [(3.841459, 1, 0.05), (9.487729, 4, 0.05), (53.48577, 32, 0.01), (0.5, 2, 0.7788008)],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(
    statistic: float, freedom: int, probability: float
) -> None:
    assert chi_square_tail(statistic, freedom) == pytest.approx(probability, rel=1e-5)


def test_counts_that_fit_their_shares_pass_and_others_do_not() -> None:
    assert chi_square([500, 300, 200], [0.5, 0.3, 0.2])[2] == 1.0
    assert chi_square([600, 200, 200], [0.5, 0.3, 0.2])[2] < 1e-9
    assert math.isinf(chi_square([5, 1], [1.0, 0.0])[0])


def test_uniform_values_pass_and_skewed_ones_do_not() -> None:
    even = (np.arange(200) + 0.5) / 200
    assert kolmogorov_smirnov(even.tolist())[1] > 0.99
    assert kolmogorov_smirnov((even**2).tolist())[1] < 1e-4


def test_a_report_is_measured_on_raw_events_and_finds_no_violation(
    small_world: SimulationConfig,
) -> None:
    measures = measure(small_world)
    assert measures.events > 50_000
    assert set(measures.violations.values()) == {0}
    found = {row.name: row for row in rows(small_world, measures)}
    assert found["shares by channel"].is_met
    assert found["tickets a day in spikes"].is_met
    assert sum(measures.counts["channel"].values()) == sum(measures.by_day.values())


def test_the_preview_draws_volume_channels_and_a_case(small_world: SimulationConfig) -> None:
    drawn = preview(small_world, small_world.start, small_world.end)
    for part in ("Tickets created a week", "open", "other_digital", "RECEIVED > RADICATED", "PQR-"):
        assert part in drawn


def test_the_calibration_reaches_its_target(small_world: SimulationConfig) -> None:
    fit = calibrate(small_world, seeds=(1, 2))
    assert fit.overall == pytest.approx(0.10, abs=0.005)


def test_a_target_that_no_scale_reaches_is_refused(small_world: SimulationConfig) -> None:
    load = small_world.world.load.model_copy(update={"capacity_ratio": 0.3, "surge_ratio": 0.3})
    world = small_world.world.model_copy(update={"load": load})
    hopeless = SimulationConfig(world, small_world.calibration, small_world.end)
    with pytest.raises(CalibrationError, match=r"breach_target 0\.1 cannot be reached for type P"):
        calibrate(hopeless, seeds=(1,))


def test_constants_are_written_where_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "constants.yaml"
    path.write_text("# Why.\nscale: {P: 1.0, Q: 1.0, R: 1.0, S: 1.0}\n")
    write_constants(Fit((0.9, 1.1, 1.2, 1.3), (0.1,) * 4, 0.1), path)
    assert path.read_text() == "# Why.\nscale: {P: 0.9, Q: 1.1, R: 1.2, S: 1.3}\n"


def test_wrong_use_is_answered_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "--start", "2040-01-01", "--end", "2040-02-01"]) == 2
    assert "2040-01-01" in capsys.readouterr().err
    assert main(["preview", "--scenario", "none_such"]) == 2
    assert "none_such" in capsys.readouterr().err


def test_the_committed_constants_fit_the_default_world() -> None:
    # A quick look at one seed; `make world-report` measures five.
    config = load_config(seed=11)
    by_type, overall = shares_late([opened(config)], np.array(config.calibration.scale))
    assert overall == pytest.approx(0.10, abs=0.005)
    assert ((by_type > 0.07) & (by_type < 0.12)).all()
