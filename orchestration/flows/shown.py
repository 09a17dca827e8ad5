"""What Prefect shows of a command: a flow run, and each layer as a task of it.

The work is plain functions. In a process that has not imported Prefect, because no server is there
to report to, they are called as they are. Where one is, what goes wrong between this process and
the server is kept from the work: a server that is killed under a run ends the showing, not the run.
"""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar

Request = TypeVar("Request")
Report = TypeVar("Report")


@dataclass
class _Work(Generic[Report]):
    """How far the function behind a flow or a task has come: `ended` holds what it gave."""

    has_begun: bool = False
    ended: list[Report] = field(default_factory=list)
    error: BaseException | None = None


# The function that is being called, so that its flow can say how far it came.
_called: ContextVar[_Work[Any] | None] = ContextVar("called", default=None)
# Once the server is lost, no further call waits for it.
_lost: list[str] = []
_pages: list[str] = []


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

        made = flow(name=name, description=description, flow_run_name=run_name)
        decorated: Callable[[Request], Report] = made(_watched(function))
        return decorated

    return decorate


def call_flow(flow: Callable[[Request], Report], request: Request) -> Report:
    """Call what `shown_flow` made; without the server, from the moment on when it is lost."""
    plain: Callable[[Request], Report] = getattr(flow, "fn", flow)
    return _guarded(lambda: flow(request), lambda: plain(request))


def call_task(name: str, work: Callable[[], Report]) -> Report:
    """Do a layer's work, as a task where a flow run is under way."""
    if not is_shown():
        return work()
    from prefect import task
    from prefect.cache_policies import NO_CACHE
    from prefect.context import FlowRunContext

    if FlowRunContext.get() is None:
        return work()
    watched = _watched(work)
    layer = task(name=name, cache_policy=NO_CACHE, persist_result=False)(watched)
    return _guarded(layer, watched)


def page() -> str:
    """The page of this process's first flow run; empty when nothing was shown."""
    return _pages[0] if _pages else ""


def lost() -> str:
    """Why the server was lost; empty while it is there."""
    return _lost[0] if _lost else ""


def _watched(function: Callable[..., Report]) -> Callable[..., Report]:
    @wraps(function)
    def body(*args: Any) -> Report:
        work = _called.get()
        _called.set(None)  # what this function calls is not this function
        if work is None:  # called by Prefect itself, for a deployment
            return function(*args)
        work.has_begun = True
        _note_page()
        try:
            result = function(*args)
        except BaseException as error:
            work.error = error
            raise
        work.ended.append(result)
        return result

    return body


def _guarded(call: Callable[[], Report], plain: Callable[[], Report]) -> Report:
    if not is_shown():
        return plain()
    work: _Work[Report] = _Work()
    before = _called.set(work)
    try:
        return call()
    except Exception as error:
        if work.error is not None:
            raise work.error from None
        if not _is_lost_server(error):
            raise
        _lost.append(str(error) or type(error).__name__)
        if work.ended:
            return work.ended[0]
        assert not work.has_begun  # noqa: S101 -- it gives a value, or raises
        _called.set(None)
        return plain()
    finally:
        _called.reset(before)


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
