"""Great Expectations in a process of its own: `GxClient` starts and asks it, `main` is it.

Frames go in, results come out, one JSON line each. The import takes ten seconds and 300 MB, which
a run spends beside its own work and gives back; and nothing of it reaches the process that runs
Prefect and dbt.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from orchestration.errors import WorkFailed
from orchestration.quality.gx_page import write_page
from orchestration.settings import exported


class GxFailed(WorkFailed):
    """Great Expectations could not be started, or could not evaluate what it was asked."""


class GxEnded(GxFailed):
    """Its process ended early: somebody killed it, or the memory was full."""

    may_be_repeated = True


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
    """Starts immediately and imports while the caller works; the first request waits for it.

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
                [sys.executable, "-m", "orchestration.quality.gx"],
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
        """End the process, whose files are written when it answers: nobody waits for the rest."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
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

    def _failed(self) -> GxEnded:
        self._log.seek(0)
        lines = self._log.read().strip().splitlines()
        with suppress(subprocess.TimeoutExpired):  # its pipes close before it has ended
            self._process.wait(timeout=5)
        code = self._process.returncode
        killed = "it was killed, perhaps since the memory was full" if code == -9 else ""
        reason = killed or (lines[-1] if lines else f"exit code {code}")
        return GxEnded(f"Great Expectations did not answer: {reason[:300]}; run the command again")

    def __enter__(self) -> "GxClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def main() -> None:
    """Answer requests on stdin until it closes."""
    # Whatever a library prints goes to stderr: stdout carries answers alone.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    started = time.monotonic()
    # What the import makes stays: to look through it for garbage, again and again, takes time.
    gc.disable()
    evaluator = SuiteEvaluator()
    gc.freeze()
    gc.enable()
    write_answer(answers, {"ready": round(time.monotonic() - started, 3)})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            docs = Path(request["docs"])
            results = []
            for suite in request["suites"]:
                results += evaluator.evaluate(docs, request["run_name"], suite)
            write_page(docs)
            write_answer(answers, {"results": results})
        except Exception as error:
            write_answer(answers, {"error": f"{type(error).__name__}: {error}"[:2000]})


def write_answer(answers: TextIO, answer: Mapping[str, Any]) -> None:
    """Write one answer."""
    answers.write(json.dumps(answer, default=str) + "\n")
    answers.flush()


class SuiteEvaluator:
    """An ephemeral context of Great Expectations over pandas frames."""

    def __init__(self) -> None:
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._gx = gx
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._source = context.data_sources.add_pandas("lake")
        self._definitions: dict[str, Any] = {}

    def evaluate(self, docs: Path, run_name: str, suite: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Evaluate a suite on its frame; the results in the order of the expectations."""
        name = suite["name"]
        # A step that is tried again evaluates the same suite again.
        if name not in self._definitions:
            asset = self._source.add_dataframe_asset(name)
            self._definitions[name] = asset.add_batch_definition_whole_dataframe("whole")
        batch = self._definitions[name].get_batch({"dataframe": _frame(suite["columns"])})
        made = self._gx.ExpectationSuite(
            name=name, expectations=[self._expectation(item) for item in suite["expectations"]]
        )
        found = batch.validate(made, result_format="SUMMARY").to_json_dict()
        path = docs / "results" / name / f"{run_name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a later try reads it, also after a full disk or a kill.
        fresh = path.with_suffix(".fresh")
        fresh.write_text(json.dumps(found, indent=1, default=str), encoding="utf-8")
        fresh.replace(path)
        by_check = {item["expectation_config"]["meta"]["check"]: item for item in found["results"]}
        return [
            {"check": item["check"], **_summary(by_check[item["check"]])}
            for item in suite["expectations"]
        ]

    def _expectation(self, item: Mapping[str, Any]) -> Any:
        kind = getattr(self._gx.expectations, item["kind"])
        return kind(**item["kwargs"], severity=item["severity"], meta={"check": item["check"]})


def _frame(columns: dict[str, Any]) -> Any:
    import pandas as pd  # type: ignore[import-untyped]

    repeated = columns.get("repeated")
    if repeated is None:
        return pd.DataFrame(columns)
    # Shares come as counts: a category takes a byte per row, whatever the world's size.
    codes = pd.Series(range(len(repeated)), dtype="int32").repeat(repeated)
    values = pd.Categorical.from_codes(codes, categories=list(columns["value"]))
    return pd.DataFrame({"value": values})


def _summary(result: Mapping[str, Any]) -> dict[str, Any]:
    exception = result["exception_info"]
    # One entry per metric, when several were computed.
    inner = [item for item in exception.values() if isinstance(item, dict)] or [exception]
    raised = [item for item in inner if item.get("raised_exception")]
    return {
        "success": bool(result["success"]),
        "observed": result["result"].get("observed_value"),
        "unexpected": result["result"].get("partial_unexpected_list", []),
        "missing": result["result"].get("partial_missing_list", []),
        "exception": raised[0].get("exception_message") if raised else None,
    }


if __name__ == "__main__":
    main()
