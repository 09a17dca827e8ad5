"""dbt parses the project in a process of its own, while a run simulates and types its events.

`ParseAhead` starts it and waits for what it keeps, `main` is it. Parsing takes seconds, more in a
home that has not parsed this version before, and meanwhile the run only waits for its workers.
"""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from orchestration.settings import Settings, exported, load_settings
from orchestration.transform import kept

# In the order in which a run needs them.
TARGETS: Final = ("lake", "serving")


class ParseAhead:
    """Starts immediately; what it parses is kept target by target, in the order of a run.

    Whatever goes wrong in it shows as nothing kept: the caller parses itself, and reports.
    """

    def __init__(self, settings: Settings) -> None:
        with exported({**settings.exports(), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}):
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(settings.project_root)],
                cwd=settings.project_root,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def wait(self, target: str) -> None:
        """Return when the process has kept `target`, or has ended."""
        for line in self._process.stdout or ():
            if line.decode().strip() == target:
                return

    def close(self) -> None:
        """End the process, whether or not it is done."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def main() -> None:
    """Parse every target, and name each on stdout as soon as it is kept."""
    from orchestration.transform.projects import Projects

    # Whatever a library prints goes to stderr: stdout names targets alone.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    settings = replace(load_settings(), project_root=Path(sys.argv[1]))
    # The environment decides names of schemas, as in a run.
    with exported({"PQR_LAYER": "silver"}), answers:
        for target in TARGETS:
            if not kept.is_kept(settings, target):
                Projects().read(settings, target)
            print(target, file=answers, flush=True)


if __name__ == "__main__":
    main()
