"""Runs dbt in this process, with the facts of a run in its environment."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from orchestration.errors import ServiceUnavailable
from orchestration.progress import OnProgress, no_progress
from orchestration.settings import Settings, exported
from orchestration.transform import code_tests
from orchestration.transform.failing_rows import with_rows
from orchestration.transform.projects import (
    GLOBAL_OPTIONS,
    DbtFailed,
    Projects,
    dbt_options,
    first_line,
    raise_interrupt,
)


class ConnectionLost(ServiceUnavailable):
    """dbt lost its connection to S3 or PostgreSQL, or did not get one."""


# Why objects could not be read in the last invocation: DuckDB keeps the message alone.
unreadable: Final[list[Exception]] = []

# What an invocation is told beside its run, as it is where it is told nothing. What a shell holds
# of these must not reach it: a build would leave out cases, or objects.
_UNTOLD: Final = {
    "PQR_CASE_BUCKET": "0",
    "PQR_CASE_BUCKETS": "1",
    **dict.fromkeys(
        (
            "PQR_CARRIES_OVER", "PQR_CONTROL_PLANE", "PQR_LAKE_ROOT", "PQR_LINKED_CASES",
            "PQR_NEEDED_OBJECTS", "PQR_OBJECT_CACHE", "PQR_ROWS_ALONE", "PQR_TOUCHED",
            "PQR_TOUCHED_TO",
        ),
        "",
    ),
}  # fmt: skip

# The tag of the models that one invocation is asked for by name.
_ASKED_FOR: Final = "asked_for"

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

    `started_at` is UTC without a zone, as dbt gives it; None when the node was skipped. `rows`
    are the first that a failed test of keys or days found.
    """

    unique_id: str
    status: str
    seconds: float
    failures: int | None
    message: str | None
    node: Mapping[str, Any]
    started_at: datetime | None = None
    rows: tuple[str, ...] = ()


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


def run_dbt(
    settings: Settings,
    *,
    layer: str,
    target: str,
    facts: Mapping[str, str],
    workspace: Path,
    projects: Projects | None = None,
    select: Sequence[str] | None = None,
    models: Collection[str] | None = None,
    threads: int | None = None,
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
        select: Selectors of the models to build with their tests; None: all of the layer.
        models: Names of models to build, instead of `select`.
        threads: How many nodes at a time; None: as the profile says.
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
        **_UNTOLD,
        **settings.exports(),
        **facts,
        "PQR_LAYER": layer,
        "PQR_DUCKDB_PATH": str(database),
        "PQR_DECLARATIONS_PASSED": "true" if code_tests.declarations_are_right(settings) else "",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    options = dbt_options(settings, target)
    with exported(environment):
        manifest = (projects or Projects()).parsed(settings, target)
        if models is not None:
            select = [_tagged(manifest, models)]
        _drop_debug_events()
        outcome = dbtRunner(manifest=manifest, callbacks=[_node_counter(on_progress)]).invoke(
            [
                *options[:GLOBAL_OPTIONS],
                "build",
                *("--select", *(select or [f"tag:{layer}"])),
                *("--exclude", *code_tests.left_out(settings, layer)),
                # Silver has built and tested the reference lists; gold reads their files.
                *(("--exclude-resource-type", "seed") if layer == "gold" else ()),
                *(("--threads", str(threads)) if threads else ()),
                *options[GLOBAL_OPTIONS:],
            ]
        )
        results = getattr(outcome.result, "results", None)
        nodes = None if results is None else tuple(map(_node, results))
        if target == "lake":
            nodes = with_rows(nodes) if nodes and outcome.exception is None else nodes
            _close_duckdb()
    raise_interrupt(outcome.exception)
    if unreadable:
        raise unreadable[0]
    if outcome.exception is not None:
        reason = first_line(outcome.exception)
        kind = ConnectionLost if is_lost_connection(reason) else DbtFailed
        raise kind(f"dbt {layer}: {reason}")
    if nodes is None:
        raise DbtFailed(f"dbt {layer}: dbt stopped without a result")
    if outcome.success and select is None:
        code_tests.remember(settings, layer)
    return DbtResult(bool(outcome.success), nodes)


def _tagged(manifest: Any, models: Collection[str]) -> str:
    """Tag models, and give their selector: dbt looks at every node once for each selector."""
    for node in manifest.nodes.values():
        if node.name in models:
            node.tags = [*node.tags, _ASKED_FOR]
    return f"tag:{_ASKED_FOR}"


def _drop_debug_events() -> None:
    """Let dbt make and fire no event for a debug log: a run has none, every node fires dozens."""
    from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    class QuietEvents(EventManager):
        def fire_event(
            self,
            e: BaseEvent,
            level: EventLevel | None = None,
            node: Any = None,
            force_warn_or_error_handling: bool = False,
        ) -> None:
            if not isinstance(e, DebugLevel) and (level or e.level_tag()) != EventLevel.DEBUG:
                super().fire_event(e, level, node, force_warn_or_error_handling)

    ctx_set_event_manager(QuietEvents())
    # Its constructor turns what is logged into a message of protobuf, before anyone asks for it.
    DebugLevel.__init__ = _no_message  # type: ignore[method-assign]


def _no_message(self: Any, *arguments: Any, **fields: Any) -> None:
    """In place of the constructor of an event that nobody sees."""


def _close_duckdb() -> None:
    """Free what DuckDB keeps in memory: dbt closes its database when it opens the next one."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _node_counter(on_progress: OnProgress) -> Callable[[Any], None]:
    def take(event: Any) -> None:
        if event.info.name == "LogStartLine":
            on_progress(event.data.index - 1, event.data.total)

    return take


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
