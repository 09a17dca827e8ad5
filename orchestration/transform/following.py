"""How far a dbt invocation is, told to whoever follows it in this context."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

# Called with the dbt tag that is built, how many of its nodes are done, and how many there are.
Follower = Callable[[str, int, int], None]

follower: Final[ContextVar[Follower | None]] = ContextVar("pqr_dbt_follower", default=None)


def callbacks(tag: str) -> list[Callable[[Any], None]]:
    """What dbt is to call with its events; it does so from threads of its own."""
    follow = follower.get()
    if follow is None:
        return []

    def hear(event: Any) -> None:
        if event.info.name == "LogStartLine":
            follow(tag, event.data.index - 1, event.data.total)

    return [hear]
