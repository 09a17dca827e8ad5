"""What a layer leaves in the memory of a run: the layers after it need that for themselves."""

from pathlib import Path
from uuid import UUID

import psutil
import pytest

from orchestration.settings import Settings
from orchestration.transform.dbt import run_dbt
from orchestration.transform.projects import DbtFailed

pytestmark = pytest.mark.slow


def test_the_database_of_a_layer_is_closed_when_dbt_ends(
    settings: Settings, tmp_path: Path
) -> None:
    facts = {
        "PQR_WORLD_ID": str(UUID(int=1)),
        "PQR_RUN_ID": str(UUID(int=2)),
        "PQR_DATE_MIN": "2025-09-01",
        "PQR_DATE_MAX": "2025-09-01",
        "PQR_LAKE_ROOT": str(tmp_path / "staging"),
        "PQR_OBJECT_CACHE": str(tmp_path / "objects"),
    }
    # The hooks before the first model have opened it by then.
    with pytest.raises(DbtFailed, match="no bronze of this world"):
        run_dbt(settings, layer="silver", target="lake", facts=facts, workspace=tmp_path)
    assert (tmp_path / "lake.duckdb").exists()
    assert not [file.path for file in psutil.Process().open_files() if "lake.duckdb" in file.path]
