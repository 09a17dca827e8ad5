"""The lab plants one fault, which the calendar's own rules do not show, and knows its day."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the lab touches, in a folder of its own."""
    for name in ("infra/course", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def lab(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, checkout / "infra/course/lab.py", *arguments],
        cwd=checkout, capture_output=True, text=True, check=False,
    )  # fmt: skip


def working_days(checkout: Path) -> dict[str, tuple[str, ...]]:
    lines = (checkout / "seeds/dim_calendar.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    return {row[0]: tuple(row[1:]) for row in rows}


@pytest.mark.parametrize("seed", ["1", "7", "20"])
def test_one_working_day_less_and_a_calendar_that_counts_on(checkout: Path, seed: str) -> None:
    before = working_days(checkout)
    done = lab(checkout, "plant", "--seed", seed)
    assert done.returncode == 0, done.stderr
    after = working_days(checkout)
    (day,) = [day for day in before if before[day][0] != after[day][0]]
    assert "2025-09-15" <= day <= "2025-09-26"
    assert day not in done.stdout
    last = max(before)
    assert int(before[last][2]) - int(after[last][2]) == 1
    for row in after.values():
        is_business_day, _, index, seconds = row[:4]
        assert int(index) * 86400 == int(seconds) + 86400 * (is_business_day == "true")


def test_a_second_fault_is_refused(checkout: Path) -> None:
    assert lab(checkout, "plant").returncode == 0
    again = lab(checkout, "plant")
    assert again.returncode == 1
    assert "planted already" in again.stderr


def test_a_check_without_a_fault_says_how_to_begin(checkout: Path) -> None:
    done = lab(checkout, "check", "2025-09-18")
    assert done.returncode == 1
    assert "lab.py plant" in done.stderr
