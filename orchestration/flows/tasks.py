"""Plain functions as Prefect tasks: named, and tried again when the cause may pass."""

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

from orchestration.flows.transient import RETRY_DELAYS, RETRY_JITTER, is_transient

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def as_task(
    name: str, function: Callable[Parameters, Result], delays: Sequence[float] = RETRY_DELAYS
) -> Callable[Parameters, Result]:
    """`function` as a task: retried with backoff and jitter when the cause is transient."""
    made: Callable[Parameters, Result] = task(
        name=name,
        retries=len(delays),
        retry_delay_seconds=list(delays),
        retry_jitter_factor=RETRY_JITTER,
        retry_condition_fn=lambda _task, _run, state: is_transient(state),
        cache_policy=NO_CACHE,
        persist_result=False,
    )(function)
    return made
