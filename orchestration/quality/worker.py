"""The process that holds Great Expectations: frames in, results out, one JSON line each.

A process of its own: the import takes ten seconds and 300 MB, which a run spends beside its own
work and gives back; and nothing of it reaches the process that runs Prefect and dbt.
"""

import json
import os
import sys
import time
import warnings
from collections.abc import Mapping
from typing import Any, TextIO


def main() -> None:
    """Answer requests on stdin until it closes."""
    # Whatever a library prints goes to stderr: stdout carries answers alone.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    started = time.monotonic()
    import great_expectations

    say(answers, {"ready": round(time.monotonic() - started, 3)})
    bench: Bench | None = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if bench is None or bench.docs != request["docs"]:
                bench = Bench(request["docs"], great_expectations)
            if request["do"] == "evaluate":
                say(answers, {"results": bench.evaluate(request["run_name"], request["suites"])})
            else:
                say(answers, {"pages": bench.build_docs()})
        except Exception as error:
            say(answers, {"error": f"{type(error).__name__}: {error}"[:2000]})


def say(answers: TextIO, answer: Mapping[str, Any]) -> None:
    """Write one answer."""
    answers.write(json.dumps(answer, default=str) + "\n")
    answers.flush()


class Bench:
    """An ephemeral context over pandas frames, with its Data Docs under a folder."""

    def __init__(self, docs: str, gx: Any) -> None:
        from orchestration.quality.docs_site import project_config

        self.gx = gx
        self.context = gx.get_context(mode="ephemeral", project_config=project_config(docs))
        self.source = self.context.data_sources.add_pandas("lake")
        self.definitions: dict[str, Any] = {}
        self.docs = docs

    def evaluate(self, run_name: str, suites: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Hold each suite against its frame; the results in the order of the expectations."""
        results: list[dict[str, Any]] = []
        for suite in suites:
            results += self._evaluate(run_name, suite)
        return results

    def build_docs(self) -> list[str]:
        """Render the pages of everything that was evaluated for this run."""
        from orchestration.quality.docs_site import make_self_contained

        self.context.build_data_docs()
        return make_self_contained(self.docs)

    def _evaluate(self, run_name: str, suite: dict[str, Any]) -> list[dict[str, Any]]:
        import pandas as pd  # type: ignore[import-untyped]

        columns = suite["columns"]
        repeated = columns.pop("repeated", None)
        frame = pd.DataFrame(columns)
        if repeated is not None:
            # Shares come as counts: a category takes a byte a row, whatever the world's size.
            codes = pd.Series(range(len(repeated)), dtype="int32").repeat(repeated)
            frame = pd.DataFrame(
                {"value": pd.Categorical.from_codes(codes, categories=list(columns["value"]))}
            )
        name = suite["name"]
        # A step that is tried again evaluates the same suite again.
        definition = self.definitions.get(name)
        if definition is None:
            asset = self.source.add_dataframe_asset(name)
            definition = asset.add_batch_definition_whole_dataframe("whole")
            self.definitions[name] = definition
        made = self.gx.ExpectationSuite(
            name=name, expectations=[self._expectation(item) for item in suite["expectations"]]
        )
        self.context.suites.add_or_update(made)
        validation = self.context.validation_definitions.add_or_update(
            self.gx.ValidationDefinition(name=name, data=definition, suite=made)
        )
        found = validation.run(
            batch_parameters={"dataframe": frame},
            result_format="SUMMARY",
            run_id=self.gx.RunIdentifier(run_name=run_name),
        )
        by_check = {
            item.expectation_config.meta["check"]: item.to_json_dict() for item in found.results
        }
        return [
            {"check": item["check"], **_digest(by_check[item["check"]])}
            for item in suite["expectations"]
        ]

    def _expectation(self, item: dict[str, Any]) -> Any:
        kind = getattr(self.gx.expectations, item["kind"])
        return kind(
            **item["kwargs"],
            severity=item["severity"],
            notes=item["check"],
            meta={"check": item["check"]},
        )


def _digest(result: Mapping[str, Any]) -> dict[str, Any]:
    exception = result["exception_info"]
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
