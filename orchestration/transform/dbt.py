"""Runs dbt in this process, with the facts of a run in its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import WorkFailed
from orchestration.settings import Settings, exported


class DbtFailed(WorkFailed):
    """A dbt invocation ended with failing nodes, or could not start."""


@dataclass(frozen=True)
class NodeResult:
    """What dbt said of one node: `status` is dbt's word, `seconds` its execution time."""

    unique_id: str
    status: str
    seconds: float
    failures: int | None
    message: str | None
    node: Mapping[str, Any]


@dataclass(frozen=True)
class DbtResult:
    """One invocation: its nodes in the order in which they ended."""

    succeeded: bool
    nodes: tuple[NodeResult, ...]
    target_path: Path

    def failed(self) -> tuple[NodeResult, ...]:
        """The nodes that errored or failed, without those skipped because of them."""
        return tuple(
            node for node in self.nodes if node.status in ("error", "fail", "runtime error")
        )


def run_dbt(
    settings: Settings,
    *,
    layer: str,
    target: str,
    facts: Mapping[str, str],
    workspace: Path,
) -> DbtResult:
    """Build what is tagged `layer` on `target`.

    Args:
        settings: Where the services are.
        layer: dbt tag: silver, gold, publish or serving.
        target: dbt target: lake or serving.
        facts: Further environment of the invocation (run, dates, staging folder).
        workspace: A folder of this invocation; its DuckDB file starts empty.

    Raises:
        DbtFailed: dbt could not start or parse. Failing nodes do not raise: see `succeeded`.
    """
    from dbt.cli.main import dbtRunner

    database = workspace / "lake.duckdb"
    workspace.mkdir(parents=True, exist_ok=True)
    for left_behind in workspace.glob("lake.duckdb*"):
        left_behind.unlink()
    environment = {
        **settings.exports(),
        **facts,
        "PQR_LAYER": layer,
        "PQR_DUCKDB_PATH": str(database),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    target_path = settings.home / "dbt" / layer
    arguments = [
        "--log-level",
        "none",
        "--log-level-file",
        "info",
        "--no-use-colors-file",
        "--log-path",
        str(workspace / "logs"),
        "build",
        "--select",
        f"tag:{layer}",
        "--target",
        target,
        "--project-dir",
        str(settings.project_root),
        "--profiles-dir",
        str(settings.project_root),
        "--target-path",
        str(target_path),
    ]
    with exported(environment):
        outcome = dbtRunner().invoke(arguments)
    if outcome.exception is not None:
        raise DbtFailed(f"dbt {layer}: {_first_line(outcome.exception)}")
    results = getattr(outcome.result, "results", None)
    if results is None:
        raise DbtFailed(f"dbt {layer}: no result; see {workspace / 'logs' / 'dbt.log'}")
    return DbtResult(bool(outcome.success), tuple(_node(result) for result in results), target_path)


def _node(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=float(result.execution_time),
        failures=getattr(result, "failures", None),
        message=result.message,
        node=result.node.to_dict(omit_none=True),
    )


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3]) or type(error).__name__
