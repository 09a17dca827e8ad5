"""The other end of the process that holds Great Expectations."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from orchestration.errors import WorkFailed

_CLOSE_SECONDS = 60


class EvaluatorFailed(WorkFailed):
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


class Evaluator:
    """Starts at once and imports beside the caller's work; the first request waits for it.

    One process serves run after run: `turn_to` the next run's folder.

    Attributes:
        docs: Where the Data Docs of the run are written.
        import_seconds: What the import took in its process; 0 until it is done.
        waited_seconds: How long the caller waited for it.
    """

    def __init__(self, docs: Path, project_root: Path) -> None:
        docs.mkdir(parents=True, exist_ok=True)
        self.docs = docs
        self.import_seconds = self.waited_seconds = 0.0
        self._evaluated = False
        self._log_path = docs / "worker.log"
        self._log = self._log_path.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.quality.worker"],
            cwd=project_root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )

    def evaluate(self, run_name: str, suites: Sequence[dict[str, Any]]) -> list[Result]:
        """Hold frames against their expectations.

        Raises:
            EvaluatorFailed: The process ended, or could not take the request.
        """
        if not self.import_seconds:
            clock = time.monotonic()
            self.import_seconds = float(self._answer()["ready"])
            self.waited_seconds = time.monotonic() - clock
        self._evaluated = True
        answer = self._ask({"do": "evaluate", "run_name": run_name, "suites": list(suites)})
        return [Result(**item) for item in answer["results"]]

    def turn_to(self, docs: Path) -> None:
        """Render what was evaluated so far; what follows belongs to `docs`."""
        if docs == self.docs:
            return
        if self._evaluated:
            self.build_docs()
            self._evaluated = False
        docs.mkdir(parents=True, exist_ok=True)
        self.docs = docs

    def build_docs(self) -> Path:
        """Render the Data Docs of all that was evaluated; gives their first page."""
        self._ask({"do": "docs"})
        return self.docs / "site" / "index.html"

    def kill(self) -> None:
        """End the process at once: nobody waits for the pages of a run that was cancelled."""
        self._process.kill()
        self._end()

    def close(self) -> None:
        """Render what was evaluated and end the process."""
        try:
            if self._evaluated and self._process.poll() is None:
                with suppress(EvaluatorFailed):
                    self.build_docs()
        finally:
            self._end()

    def _end(self) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is not None:
            with suppress(OSError):
                stdin.close()
        try:
            # Before its first request it may still import: there is nothing to wait for.
            self._process.wait(_CLOSE_SECONDS if self._evaluated else 0.1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if stdout is not None:
            stdout.close()
        self._log.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None  # noqa: S101 -- opened as a pipe
        try:
            self._process.stdin.write(json.dumps({**request, "docs": str(self.docs)}) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self._failed() from None
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 -- opened as a pipe
        line = self._process.stdout.readline()
        if not line:
            raise self._failed()
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EvaluatorFailed(f"Great Expectations: {answer['error']}")
        return answer

    def _failed(self) -> EvaluatorFailed:
        self._log.flush()
        lines = self._log_path.read_text(encoding="utf-8").strip().splitlines()
        reason = lines[-1] if lines else f"exit code {self._process.poll()}"
        return EvaluatorFailed(f"Great Expectations did not answer: {reason[:300]}")

    def __enter__(self) -> "Evaluator":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
