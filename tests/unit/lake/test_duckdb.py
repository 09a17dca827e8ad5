"""The DuckDB of a task, in a process without a script, as Dask starts its workers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
