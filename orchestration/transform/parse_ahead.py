"""dbt parses the project in a process of its own, while a run simulates and types its events.

`ParseAhead` starts it and waits for what it keeps, `main` is it. Parsing takes seconds, more in a
home that has not parsed this version before, and meanwhile the run only waits for its workers.
It also looks at what is declared, so that a run need not come to silver to be refused.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Final, TextIO

from orchestration.errors import WorkFailed
from orchestration.settings import Settings, exported, load_settings
from orchestration.transform import code_tests, kept

# In the order in which a run needs them.
TARGETS: Final = ("lake", "serving")


class ParseAhead:
    """Starts immediately; what it parses is kept target by target, in the order of a run.

    Whatever goes wrong in it shows as nothing kept: the caller parses itself, and reports.

    Attributes:
        refusal: What is declared wrongly, as soon as the process has found it.
    """

    refusal: str | None = None

    def __init__(self, settings: Settings) -> None:
        with exported({**settings.exports(), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}):
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(settings.project_root)],
                cwd=settings.project_root,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        self._kept = {target: Event() for target in TARGETS}
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            said = json.loads(line)
            self.refusal = said.get("refused", self.refusal)
            if said.get("kept"):
                self._kept[said["kept"]].set()
        for kept_or_ended in self._kept.values():
            kept_or_ended.set()

    def wait(self, target: str) -> None:
        """Return when the process has kept `target`, or has ended."""
        self._kept[target].wait()

    def close(self) -> None:
        """End the process, whether or not it is done."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


def main() -> None:
    """Parse every target, and say on stdout as soon as it is kept, or what is declared wrongly."""
    from orchestration.transform import declarations
    from orchestration.transform.projects import Projects

    # Whatever a library prints goes to stderr: stdout carries answers alone.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    settings = replace(load_settings(), project_root=Path(sys.argv[1]))
    # The environment decides names of schemas, as in a run.
    with exported({"PQR_LAYER": "silver"}), answers:
        for target in TARGETS:
            projects = Projects()
            is_due = target == "lake" and not code_tests.declarations_are_right(settings)
            if not kept.is_kept(settings, target):
                # What does not parse is said here as well: nobody waits for silver to hear it.
                try:
                    projects.read(settings, target)
                except WorkFailed as error:
                    _say(answers, refused=str(error))
                    return
            _say(answers, kept=target)
            if is_due and (refused := declarations.refusal(settings, projects)):
                _say(answers, refused=refused)


def _say(answers: TextIO, **facts: str) -> None:
    print(json.dumps(facts), file=answers, flush=True)


if __name__ == "__main__":
    main()
