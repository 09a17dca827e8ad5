"""Great Expectations from outside: it runs in a process of its own, which this starts and asks."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from orchestration.errors import WorkFailed
from orchestration.settings import exported


class GxFailed(WorkFailed):
    """Great Expectations could not be started, or its process ended early."""


@dataclass(frozen=True)
class Result:
    """What Great Expectations says of one expectation."""

    check: str
    success: bool
    observed: Any
    unexpected: Sequence[Any]
    missing: Sequence[Any]
    exception: str | None


class GxClient:
    """Starts at once and imports beside the caller's work; the first request waits for it.

    One process serves run after run.

    Attributes:
        import_seconds: What the import took in its process; 0 until it is done.
        waited_seconds: How long the caller waited for it.
    """

    def __init__(self, project_root: Path) -> None:
        self.import_seconds = self.waited_seconds = 0.0
        # Open as long as the process that writes to it.
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        with exported({"GX_ANALYTICS_ENABLED": "false"}):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.quality.gx_worker"],
                cwd=project_root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
                encoding="utf-8",
            )

    def evaluate(self, docs: Path, run_name: str, suites: Sequence[dict[str, Any]]) -> list[Result]:
        """Evaluate expectations on frames, and keep the results as JSON and as a page.

        Args:
            docs: The folder of the run's results.
            run_name: The try of the run, such as attempt-1.
            suites: Each with `name`, `columns` and `expectations`.

        Raises:
            GxFailed: The process ended, or could not evaluate the request.
        """
        if not self.import_seconds:
            clock = time.monotonic()
            self.import_seconds = float(self._answer()["ready"])
            self.waited_seconds = time.monotonic() - clock
        assert self._process.stdin is not None  # noqa: S101 -- opened as a pipe
        request = {"docs": str(docs), "run_name": run_name, "suites": list(suites)}
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self._failed() from None
        return [Result(**item) for item in self._answer()["results"]]

    def close(self) -> None:
        """End the process; before its first request it may still import, and nobody waits."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is not None:
            with suppress(OSError):
                stdin.close()
        try:
            self._process.wait(5 if self.import_seconds else 0.1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if stdout is not None:
            stdout.close()
        self._log.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 -- opened as a pipe
        line = self._process.stdout.readline()
        if not line:
            raise self._failed()
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise GxFailed(f"Great Expectations: {answer['error']}")
        return answer

    def _failed(self) -> GxFailed:
        self._log.seek(0)
        lines = self._log.read().strip().splitlines()
        reason = lines[-1] if lines else f"exit code {self._process.poll()}"
        return GxFailed(f"Great Expectations did not answer: {reason[:300]}; run the command again")

    def __enter__(self) -> "GxClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
