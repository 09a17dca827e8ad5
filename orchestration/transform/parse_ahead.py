"""dbt parses the project in a process of its own, while a run simulates and types its events.

`ParseAhead` starts it and takes what it parsed, `main` is it. Parsing takes seconds, more in a home
that has not parsed this version before, and meanwhile the run only waits for its workers.
"""

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Final

from orchestration.settings import Settings, exported, load_settings

# In the order in which a run needs them.
_TARGETS: Final = ("lake", "serving")


class ParseAhead:
    """Starts immediately; what it parses is taken target by target, in the order of a run.

    Whatever goes wrong in it shows as a missing answer: the caller parses itself, and reports.
    """

    def __init__(self, settings: Settings) -> None:
        self._waiting = list(_TARGETS)
        with exported({**settings.exports(), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}):
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(settings.project_root)],
                cwd=settings.project_root,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def take(self, target: str) -> Any:
        """The parsed project of a target; None if there is none, or it was taken before."""
        answer = None
        while target in self._waiting and self._process.stdout is not None:
            taken = self._waiting.pop(0)
            answer = _read(self._process.stdout)
            if answer is None:
                self._waiting.clear()
            if taken == target:
                break
        return answer

    def close(self) -> None:
        """End the process, whether or not it is done."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _read(answers: IO[bytes]) -> Any:
    from dbt.contracts.graph.manifest import Manifest

    with suppress(EOFError, OSError, pickle.UnpicklingError):
        project = Manifest()
        project.__dict__.update(pickle.load(answers))  # noqa: S301 -- of the process started above
        return project
    return None


def main() -> None:
    """Parse every target, and write each to stdout as soon as it is parsed."""
    from orchestration.transform.projects import Projects, dbt_options

    # Whatever a library prints goes to stderr: stdout carries answers alone.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    settings = replace(load_settings(), project_root=Path(sys.argv[1]))
    # The environment decides names of schemas, as in a run. The pipe holds little, and the reader
    # comes late: a thread waits for it while the next target is parsed.
    with exported({"PQR_LAYER": "silver"}), answers, ThreadPoolExecutor(1) as writer:
        for target in _TARGETS:
            project = Projects().read(target, dbt_options(settings, target))
            # Not the object: dbt's own way leaves fields out and swaps others.
            facts = {name: value for name, value in vars(project).items() if name != "_lock"}
            writer.submit(_write, answers, pickle.dumps(facts, pickle.HIGHEST_PROTOCOL))


def _write(answers: IO[bytes], body: bytes) -> None:
    answers.write(body)
    answers.flush()


if __name__ == "__main__":
    main()
