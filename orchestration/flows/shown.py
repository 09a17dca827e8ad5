"""What Prefect shows of a command: a flow run, and each layer as a task of it.

The work is plain functions. In a process that has not imported Prefect, because no server is there
to report to, they are called as they are. Where one is, what goes wrong between this process and
the server is kept from the work: a server that is killed under a run ends the showing, not the run.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Generic, TypeVar

Request = TypeVar("Request")
Report = TypeVar("Report")

# Once the server is lost, no further call waits for it.
_lost: list[str] = []
_pages: list[str] = []


class _Work(Generic[Report]):
    """A function that knows how far its one call came: the server may be lost before or after."""

    def __init__(self, function: Callable[..., Report]) -> None:
        self.function = function
        self.has_begun = False
        self.ended: list[Report] = []  # what the function gave
        self.error: BaseException | None = None

    def body(self) -> Callable[..., Report]:
        """The function as Prefect is to call it."""

        @wraps(self.function)
        def watched(*args: Any) -> Report:
            self.has_begun = True
            _note_page()
            try:
                self.ended.append(self.function(*args))
            except BaseException as error:
                self.error = error
                raise
            return self.ended[0]

        return watched


def is_shown() -> bool:
    """Whether flows of this process report to a server."""
    return "prefect" in sys.modules and not _lost


def shown_flow(
    name: str, description: str, run_name: str | None = None
) -> Callable[[Callable[[Request], Report]], Callable[[Request], Report]]:
    """Make a function the flow `name` where Prefect is there, else leave it as it is."""

    def decorate(function: Callable[[Request], Report]) -> Callable[[Request], Report]:
        if "prefect" not in sys.modules:
            return function
        from prefect import flow

        made: Any = flow(name=name, description=description, flow_run_name=run_name)
        decorated: Callable[[Request], Report] = made(function)
        return decorated

    return decorate


def call_flow(flow: Callable[[Request], Report], request: Request) -> Report:
    """Call what `shown_flow` made; without the server, from the moment on when it is lost."""
    work: _Work[Report] = _Work(getattr(flow, "fn", flow))
    if not is_shown():
        return work.function(request)
    made: Any = flow
    shown = shown_flow(made.name, made.description, made.flow_run_name)(work.body())
    return _guarded(work, shown, request)


def call_task(name: str, function: Callable[[], Report]) -> Report:
    """Do a layer's work, as a task where a flow run is under way."""
    if not is_shown():
        return function()
    from prefect import task
    from prefect.cache_policies import NO_CACHE
    from prefect.context import FlowRunContext

    if FlowRunContext.get() is None:
        return function()
    work = _Work(function)
    layer = task(name=name, task_run_name=name, cache_policy=NO_CACHE, persist_result=False)(
        work.body()
    )
    return _guarded(work, layer)


def show_log(lines: Sequence[tuple[datetime, str, str]]) -> None:
    """Show the log of an attempt on the page of the flow run: instant, level and text of each line.

    In one call when it has ended: what Prefect's own handler cannot send, it prints.
    """
    from prefect.client.orchestration import get_client
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        return
    logs = [
        {
            "name": "pqr",
            "level": logging.getLevelNamesMapping()[level.upper()],
            "message": text,
            "timestamp": at.isoformat(),
            "flow_run_id": str(context.flow_run.id),
        }
        for at, level, text in lines
    ]
    with get_client(sync_client=True) as client:
        client.create_logs(logs)


def page() -> str:
    """The page of this process's first flow run; empty when nothing was shown."""
    return _pages[0] if _pages else ""


def lost() -> str:
    """Why the server was lost; empty while it is there."""
    return _lost[0] if _lost else ""


def _guarded(work: _Work[Report], shown: Callable[..., Report], *args: Any) -> Report:
    """Call what Prefect shows; where the server is lost, the work goes on, and is done once."""
    try:
        return shown(*args)
    except Exception as error:
        if work.error is not None:
            raise work.error from None
        if not _is_lost_server(error):
            raise
        _lost.append(str(error) or type(error).__name__)
        if work.ended:
            return work.ended[0]
        assert not work.has_begun  # noqa: S101 -- it gives a value, or raises
        return work.function(*args)


def _is_lost_server(error: BaseException | None) -> bool:
    """Whether the server did not answer, or failed, whatever Prefect made of that."""
    import httpx

    while error is not None:
        is_refused = isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 500
        if isinstance(error, httpx.TransportError | httpx.HTTPStatusError):
            return not is_refused
        error = error.__cause__
    return False


def _note_page() -> None:
    from prefect.runtime import flow_run

    if not _pages and (url := flow_run.ui_url):
        _pages.append(str(url))
