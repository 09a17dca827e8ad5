"""Runs dbt in this process, with the facts of a run in its environment."""

import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from orchestration.errors import ServiceUnavailable, WorkFailed
from orchestration.progress import OnProgress, no_progress
from orchestration.settings import Settings, exported
from orchestration.transform import code_tests
from orchestration.transform.parse_ahead import ParseAhead


class DbtFailed(WorkFailed):
    """A dbt invocation ended with failing nodes, or could not start."""


class ConnectionLost(ServiceUnavailable):
    """dbt lost its connection to S3 or PostgreSQL, or did not get one."""


# Why objects could not be read in the last invocation: DuckDB keeps the message alone.
unreadable: Final[list[Exception]] = []

# How DuckDB, libpq and psycopg2 report that the other side went away or is not up yet.
_LOST_CONNECTION = re.compile(
    r"connection (to .*)?(refused|reset|timed out|failed|already closed|is closed)"
    r"|connection to server .* failed|could not (connect|establish connection)"
    r"|server closed the connection|terminating connection|connection not open"
    r"|the database system is (starting up|shutting down|not yet accepting)"
    r"|SSL SYSCALL error|Unable to connect to Postgres|HTTP (code )?50[0234]|Timeout was reached"
    r"|no connection to the server|Failure when receiving data|Failed sending data"
    r"|transfer closed with|Server returned nothing|Empty reply|Couldn.t connect|SSL connect error",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NodeResult:
    """What dbt reports of one node: `status` is dbt's term, `seconds` its execution time.

    `started_at` is UTC without a zone, as dbt gives it; None when the node was skipped.
    """

    unique_id: str
    status: str
    seconds: float
    failures: int | None
    message: str | None
    node: Mapping[str, Any]
    started_at: datetime | None = None


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

    Parsing is most of dbt's start, and between layers and runs only the environment changes, which
    no parsed node holds. An invocation writes what it compiles into the nodes, so each gets nodes
    of its own.
    """

    def __init__(self) -> None:
        self._manifests: dict[str, Any] = {}
        self._ahead: ParseAhead | None = None

    def parse_ahead(self, settings: Settings) -> None:
        """Begin to parse in another process, while this one still works on something else."""
        if not self._manifests and self._ahead is None:
            self._ahead = ParseAhead(settings)

    def close(self) -> None:
        """End the process that parses ahead."""
        if self._ahead is not None:
            self._ahead.close()

    def parsed(self, target: str, options: Sequence[str]) -> Any:
        """A manifest of `target` that nothing has been compiled into, for an invocation to fill.

        Raises:
            DbtFailed: The project does not parse.
        """
        # Not copy(): it calls the constructor with the fields in another order.
        parsed = self.read(target, options)
        fresh = object.__new__(type(parsed))
        fresh.__dict__.update(parsed.__dict__)
        fresh.nodes, fresh.unit_tests = pickle.loads(  # noqa: S301 -- pickled here and now
            pickle.dumps((fresh.nodes, fresh.unit_tests))
        )
        return fresh

    def read(self, target: str, options: Sequence[str]) -> Any:
        """The manifest of `target`, to look at: parsed at the first call, or ahead of it.

        Raises:
            DbtFailed: The project does not parse.
        """
        if target not in self._manifests:
            ahead = None if self._ahead is None else self._ahead.take(target)
            self._manifests[target] = _parse(options) if ahead is None else ahead
        return self._manifests[target]


def _parse(options: Sequence[str]) -> Any:
    from dbt.cli.main import dbtRunner

    # The path of the database is part of the profile, and another profile makes dbt parse all of it
    # again: a fixed one lets it go on from what an earlier process has parsed. Its name is that of
    # the catalog, which the nodes do hold.
    with exported({"PQR_DUCKDB_PATH": str(Path(options[-1]) / "lake.duckdb")}):
        outcome = dbtRunner().invoke([*options[:_GLOBAL], "parse", *options[_GLOBAL:]])
    _raise_interrupt(outcome.exception)
    if outcome.exception is not None or outcome.result is None:
        raise DbtFailed(f"dbt parse: {_first_line(outcome.exception)}")
    return outcome.result


def run_dbt(
    settings: Settings,
    *,
    layer: str,
    target: str,
    facts: Mapping[str, str],
    workspace: Path,
    projects: Projects | None = None,
    on_progress: OnProgress = no_progress,
) -> DbtResult:
    """Build and test what is tagged `layer` on `target`, but for tests that no event can change.

    Args:
        settings: Where the services are.
        layer: dbt tag: silver, gold or serving.
        target: dbt target: lake or serving.
        facts: Further environment of the invocation (run, dates, staging folder).
        workspace: A folder of this invocation; its DuckDB file starts empty.
        projects: What earlier invocations of the same run have parsed.
        on_progress: Called with the number of nodes that are done, and of all, from other threads.

    Raises:
        ConnectionLost: A service went away before the first node.
        ObjectMissing, ObjectCorrupt, StoreUnavailable, CacheUnusable: As ObjectCache.verified says.
        DbtFailed: dbt could not start or parse. Failing nodes do not raise: see `succeeded`.
    """
    from dbt.cli.main import dbtRunner

    unreadable.clear()
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
    options = dbt_options(settings, target)
    with exported(environment):
        manifest = (projects or Projects()).parsed(target, options)
        outcome = dbtRunner(manifest=manifest, callbacks=[_node_counter(on_progress)]).invoke(
            [
                *options[:_GLOBAL],
                "build",
                *("--select", f"tag:{layer}"),
                *("--exclude", *code_tests.left_out(settings, layer)),
                # Silver has built and tested the reference lists; gold reads their files.
                *(("--exclude-resource-type", "seed") if layer == "gold" else ()),
                *options[_GLOBAL:],
            ]
        )
    _raise_interrupt(outcome.exception)
    if unreadable:
        raise unreadable[0]
    if outcome.exception is not None:
        reason = _first_line(outcome.exception)
        kind = ConnectionLost if is_lost_connection(reason) else DbtFailed
        raise kind(f"dbt {layer}: {reason}")
    results = getattr(outcome.result, "results", None)
    if results is None:
        raise DbtFailed(f"dbt {layer}: it stopped without a result")
    if outcome.success:
        code_tests.remember(settings, layer)
    return DbtResult(bool(outcome.success), tuple(_node(result) for result in results))


def _node_counter(on_progress: OnProgress) -> Callable[[Any], None]:
    def take(event: Any) -> None:
        if event.info.name == "LogStartLine":
            on_progress(event.data.index - 1, event.data.total)

    return take


# How many of the options stand before the command.
_GLOBAL = 5


def dbt_options(settings: Settings, target: str) -> list[str]:
    """The options of every invocation: project, profile and target; dbt writes no log of its own.

    What went wrong is in its results, which are recorded; a log costs a tenth of a test.
    """
    return [
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-write-json",  # nothing reads target/manifest.json of a run
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
        started_at=next((item.started_at for item in result.timing if item.started_at), None),
    )


def is_lost_connection(message: str) -> bool:
    """Whether an error of dbt, DuckDB or PostgreSQL says that the other side went away."""
    return _LOST_CONNECTION.search(message) is not None


def _raise_interrupt(error: BaseException | None) -> None:
    """Go on with an interruption: dbt gives it back as if it were a failure of its own."""
    if error is not None and not isinstance(error, Exception):
        raise error


def _first_line(error: BaseException | None) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3]) or type(error).__name__
