"""A copy of the dbt project, for a test to edit."""

import shutil
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

_FOLDERS = ("dbt_project", "macros", "seeds", "tests/dbt")
_FILES = ("dbt_project.yml", "profiles.yml", "selectors.yml")


def dbt_project_in(root: Path) -> Path:
    """Copy the dbt project into `root`, which is made if it is not there; gives `root`."""
    for name in _FOLDERS:
        shutil.copytree(PROJECT_ROOT / name, root / name)
    for name in _FILES:
        shutil.copy(PROJECT_ROOT / name, root / name)
    return root
