"""The DuckDB of a task, in a process without a script, as Dask starts its workers."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.lake.duckdb import connect
from orchestration.settings import load_settings

LAKE = "from orchestration.lake.duckdb import connect; engine = connect(load_settings())"
BRONZE = "from orchestration.bronze.merge import _engine; engine = _engine()"
SHOWN = "print(engine.sql(\"select current_setting('enable_progress_bar')\").fetchone()[0])"


@pytest.mark.parametrize("opened", [LAKE, BRONZE], ids=["lake", "bronze"])
def test_no_progress_bar_is_drawn_into_the_output_of_a_run(opened: str, tmp_path: Path) -> None:
    code = f"from orchestration.settings import load_settings; {opened}; {SHOWN}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PQR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def spilling(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What lies in the home while a sort that does not fit into memory is read."""
    monkeypatch.chdir(folder)
    settings = load_settings({"PQR_HOME": str(home)})
    with connect(settings, memory_limit="64MB") as engine:
        rows = engine.execute(
            "select md5(i::varchar) as a, md5((i + 1)::varchar) as b from range(4000000) as r (i)"
            " order by a"
        )
        assert rows.fetchone() is not None
        return [path for path in (home / "spill").rglob("*") if path.is_file()]


def test_rows_beyond_memory_are_spilled_into_the_home_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    here.mkdir()
    assert spilling(home, here, monkeypatch)
    assert list(here.iterdir()) == []
    assert list((home / "spill").iterdir()) == []
    assert stat.S_IMODE((home / "spill").stat().st_mode) == 0o700


def test_what_a_killed_process_spilled_goes_after_a_week(tmp_path: Path) -> None:
    root = tmp_path / "home" / "spill"
    for name, age in (("killed", 8), ("running", 1)):
        (root / name).mkdir(parents=True)
        (root / name / "rows.tmp").write_bytes(b"rows")
        then = time.time() - age * 86_400
        os.utime(root / name, (then, then))
    with connect(load_settings({"PQR_HOME": str(tmp_path / "home")})):
        pass
    assert [path.name for path in root.iterdir()] == ["running"]
