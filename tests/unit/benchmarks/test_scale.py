"""Sizes are read or refused by name; what is fitted and divided is that of known numbers."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks import scale
from benchmarks.processes import MAIN, OTHERS, WORKERS, divided
from benchmarks.scaling.growth import exponent, exponents, projection
from benchmarks.scaling.records import Record, keep, load
from benchmarks.scaling.sizes import FIRST_DAY, Size, options, parsed
from orchestration.errors import UsageError
from orchestration.services.process import DiskFull
from simulator.arrivals import daily_count
from simulator.config.load import load_config


def record(days: int, cpu: float, *, rate: int = 1150, disk: int = 0) -> Record:
    return Record(
        days=days,
        rate=rate,
        status="PUBLISHED",
        events=10 * days * rate,
        seconds=cpu / 2,
        cpu={MAIN: cpu / 2, WORKERS: cpu / 2},
        peak={MAIN: 500_000_000},
        together=900_000_000,
        layers={"raw": 1.0, "serving": 2.0},
        objects={"raw": 5},
        bytes={"raw": 1_000 * days},
        postgres_bytes=0,
        disk={"s3": disk, "objects": 0},
        disk_at_most=disk,
        free=1,
    )


def test_sizes_are_read_from_the_smallest_on() -> None:
    assert parsed("30x42000, 2x1150") == (Size(2, 1150), Size(30, 42000))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("30", "size '30' is not DAYSxCASES: write it as 30x1150"),
        ("30x1150,", "size '' is not"),
        ("0x1150", "size '0x1150' is not"),
        ("2x20,2x20", "size 2x20 is there twice"),
        ("1x50000", "size 1x50000: the simulator brings at most 43750 cases per day"),
    ],
)
def test_a_size_that_cannot_be_run_is_named(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parsed(text)


def test_days_beyond_the_calendar_are_refused_before_anything_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert scale.main(["--sizes", "1x20,1500x1150"]) == UsageError.exit_code
    assert "scale: size 1500x1150: date_range 2025-09-01" in capsys.readouterr().err


@pytest.mark.parametrize("rate", [20, 1150, 42_000])
def test_a_world_brings_the_cases_of_its_size(rate: int, tmp_path: Path) -> None:
    words = options(Size(28, rate), tmp_path)
    config = load_config(Path(words[3]) if len(words) > 2 else None)
    days = [date(2025, 9, 1) + timedelta(days=number) for number in range(180)]
    counts = [daily_count(config.world.arrivals, FIRST_DAY, config.seed, day) for day in days]
    # Spikes are counted too: a tenth more than the mean of the other days.
    assert 0.95 * rate < sum(counts) / len(counts) < 1.2 * rate


def test_the_exponent_of_known_numbers() -> None:
    assert exponent([1e5, 1e6, 1e7], [2.0, 20.0, 200.0]) == pytest.approx(1)
    assert exponent([1e5, 1e6, 1e7], [1.0, 100.0, 10_000.0]) == pytest.approx(2)
    found = exponents([record(10, 30.0), record(100, 120.0)], start_up=record(1, 20.0, rate=20))
    assert found == pytest.approx({"": 0.602, "_net_of_start_up": 1.0}, abs=1e-3)
    dear = record(1, 29.0, rate=20)
    assert set(exponents([record(10, 30.0), record(100, 120.0)], dear)) == {""}


def test_what_no_sample_saw_is_with_the_others() -> None:
    ticks = [(MAIN, 200), (WORKERS, 100), (WORKERS, 100), ("postgres", 900)]
    parts = divided(5.0, ticks)
    assert sum(parts.values()) == pytest.approx(5.0)
    assert parts[WORKERS] == parts[MAIN]
    assert parts[OTHERS] > 0


def test_a_size_that_does_not_fit_is_named_with_what_it_needs() -> None:
    with pytest.raises(DiskFull, match=r"size 9x1000000000 needs about .* as in a run of 5 days"):
        scale.require_room(Size(9, 10**9), [])


def test_room_is_that_of_the_largest_smaller_size() -> None:
    known = [
        record(1, 1.0, rate=20, disk=1_000_000),
        record(2, 1.0, disk=2_000_000),
        record(4, 1.0, disk=5_600_000),
        record(400, 1.0, disk=10**12),
    ]
    assert scale.room_per_event(Size(30, 1150), known) == (100.0, "as in 4x1150")


def test_figures_are_kept_and_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    assert load(path) == []
    keep([record(2, 3.0)], path)
    assert load(path) == [record(2, 3.0)]
    path.write_text('[{"days": 2}]')
    with pytest.raises(UsageError, match=r"figures\.json is not a file of figures"):
        load(path)


def test_figures_of_several_calls_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    known = [record(30, 30.0), record(180, 180.0), record(30, 1000.0, rate=42_000)]
    assert scale.compare(known)
    shown = capsys.readouterr().out
    assert "RESULT scale_growth_exponent_1150 1.00 exponent target <=1.05 met" in shown
    assert "RESULT scale_country_to_default 0.91 times target <=1.2 met" in shown
    assert "PROJECTION, not measured: 30x42000" in shown


def test_what_made_a_run_degraded_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    degraded = replace(record(10, 30.0), status="DEGRADED", not_passed=["gold kpi_sla grid: 2"])
    scale.show(degraded)
    assert "DEGRADED" in (shown := capsys.readouterr().out)
    assert "not passed: gold kpi_sla grid: 2" in shown


def test_a_projection_is_in_proportion_to_events() -> None:
    start_up = record(1, 3600.0, rate=20)
    lines = projection(record(3652, 7200.0, rate=42_000), start_up, slope=2)
    assert [line.split()[1] for line in lines if "hours" in line] == ["1", "1"]
    lines = projection(record(1826, 7200.0, rate=42_000), start_up, slope=2)
    assert [line.split()[1] for line in lines if "hours" in line] == ["2", "4"]
