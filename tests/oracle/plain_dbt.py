"""`dbt build` as an analytics engineer types it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.settings import Settings


def dbt_build(
    lake: Settings,
    database: Path,
    selection: Sequence[str],
    project: Path | None = None,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """Build a selection into the sandbox file `database`; what it compiles is in dbt/sandbox."""
    root = project or lake.project_root
    return subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), "build", "--no-use-colors"),
            *("--project-dir", str(root), "--profiles-dir", str(root)),
            *("--target-path", str(lake.home / "dbt" / "sandbox")),
            *("--log-path", str(database.parent / "logs"), "--select", *selection),
        ],
        env={
            **os.environ,
            **lake.exports(),
            "USER": "ana",
            "PQR_DUCKDB_PATH": str(database),
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )
