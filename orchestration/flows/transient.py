"""Which failures are worth another try: those of a connection, never those of the data."""

from typing import Any

from prefect.client.schemas.objects import State

from orchestration.errors import ServiceUnavailable

TRANSIENT = (ServiceUnavailable, ConnectionError, TimeoutError)


def is_transient(state: "State[Any]") -> bool:
    """Whether the failed `state` of a task run came from a service that may come back."""
    return isinstance(state.data, TRANSIENT)
