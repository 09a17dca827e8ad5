"""dbt's parsed project as the runs of this process have it."""

from pathlib import Path
from typing import Any

from orchestration.run import Run
from orchestration.settings import Settings, exported
from orchestration.transform.dbt import Projects, _options
from orchestration.transform.layer import run_facts


def parsed_project(settings: Settings, projects: Projects, run: Run, logs: Path) -> Any:
    """The manifest that dbt holds in memory, parsed now only if no layer was built before.

    Args:
        settings: Where the services are.
        projects: What this process has parsed.
        run: Whose names count: schemas as people see them, not those of the sandbox.
        logs: Folder of dbt's log.

    Raises:
        DbtFailed: The project does not parse.
    """
    with exported({**settings.exports(), **run_facts(run), "PQR_LAYER": "silver"}):
        return projects.parsed("lake", _options(settings, "lake", logs))
