"""Runs dbt in this process, with the facts of a run in its environment."""

from collections.abc import Mapping, Sequence
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

    def failed(self) -> tuple[NodeResult, ...]:
        """The nodes that errored or failed, without those skipped because of them."""
        return tuple(
            node for node in self.nodes if node.status in ("error", "fail", "runtime error")
        )


class Projects:
    """The parsed project of each target, for several invocations of one process.

    Parsing is most of dbt's start, and between the layers of a run only the database file changes,
    which no node holds.
    """

    def __init__(self) -> None:
        self._manifests: dict[str, Any] = {}

    def parsed(self, target: str, options: Sequence[str]) -> Any:
        """The manifest of `target`, parsed at the first call.

        Raises:
            DbtFailed: The project does not parse.
        """
        from dbt.cli.main import dbtRunner

        if target not in self._manifests:
            outcome = dbtRunner().invoke([*options[:_GLOBAL], "parse", *options[_GLOBAL:]])
            if outcome.exception is not None or outcome.result is None:
                raise DbtFailed(f"dbt parse: {_first_line(outcome.exception)}")
            self._manifests[target] = outcome.result
        return self._manifests[target]


def run_dbt(
    settings: Settings,
    *,
    layer: str,
    target: str,
    facts: Mapping[str, str],
    workspace: Path,
    projects: Projects | None = None,
) -> DbtResult:
    """Build what is tagged `layer` on `target`.

    Args:
        settings: Where the services are.
        layer: dbt tag: silver, gold, publish or serving.
        target: dbt target: lake or serving.
        facts: Further environment of the invocation (run, dates, staging folder).
        workspace: A folder of this invocation; its DuckDB file starts empty.
        projects: What earlier invocations of the same run have parsed.

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
    options = _options(settings, target, workspace / "logs")
    with exported(environment):
        manifest = (projects or Projects()).parsed(target, options)
        outcome = dbtRunner(manifest=manifest).invoke(
            [*options[:_GLOBAL], "build", "--select", f"tag:{layer}", *options[_GLOBAL:]]
        )
    if outcome.exception is not None:
        raise DbtFailed(f"dbt {layer}: {_first_line(outcome.exception)}")
    results = getattr(outcome.result, "results", None)
    if results is None:
        raise DbtFailed(f"dbt {layer}: no result; see {workspace / 'logs' / 'dbt.log'}")
    return DbtResult(bool(outcome.success), tuple(_node(result) for result in results))


# How many of the options stand before the command.
_GLOBAL = 7


def _options(settings: Settings, target: str, logs: Path) -> list[str]:
    return [
        "--log-level",
        "none",
        "--log-level-file",
        "info",
        "--no-use-colors-file",
        "--log-path",
        str(logs),
        "--target",
        target,
        "--project-dir",
        str(settings.project_root),
        "--profiles-dir",
        str(settings.project_root),
        "--target-path",
        str(settings.home / "dbt" / target),
    ]


def _node(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        seconds=float(result.execution_time),
        failures=getattr(result, "failures", None),
        message=result.message,
        node=result.node.to_dict(omit_none=True),
    )


def _first_line(error: BaseException | None) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3]) or type(error).__name__
