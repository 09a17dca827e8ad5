"""Only what a connection did may be tried again."""

import duckdb
import psycopg
import pytest

from orchestration.bronze.job import QuarantineLimit
from orchestration.errors import UsageError
from orchestration.flows.failures import may_pass
from orchestration.lake.store import RawConflict, StoreRefused, StoreUnavailable
from orchestration.meta.connection import DatabaseRefused, DatabaseUnavailable
from orchestration.meta.control import StaleClaim, WorldLocked
from orchestration.quality.verdicts import QualityFailed
from orchestration.services.process import PortTaken, Refused, Unreachable
from orchestration.transform.dbt import ConnectionLost, DbtResult, NodeResult
from orchestration.transform.layer import LayerFailed, require_success

LOST = (
    'IO Error: Unable to connect to Postgres at "...": connection to server at "127.0.0.1", port'
    " 15432 failed: Connection refused",
    "Database Error in model x: server closed the connection unexpectedly",
    "terminating connection due to administrator command",
    "FATAL:  the database system is starting up",
    "IO Error: Could not establish connection error for HTTP GET to 'http://127.0.0.1:19000/b/k'",
    "HTTP Error: HTTP GET error on 'http://x' (HTTP 503)",
)
FAILED = (
    "Got 3 results, configured to fail if != 0",
    'Catalog Error: Table with name "connections" does not exist!',
    "Conversion Error: Could not convert string 'refused' to INT32",
)


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable("x"), DatabaseUnavailable("x"), Unreachable("x"), ConnectionLost("x"),
        ConnectionResetError("x"), TimeoutError("x"), psycopg.OperationalError("lost"),
        psycopg.errors.AdminShutdown("x"), duckdb.IOException(LOST[0]),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_a_lost_connection_may_pass(error: Exception) -> None:
    assert may_pass(error)


@pytest.mark.parametrize(
    "error",
    [
        StoreRefused("x"), DatabaseRefused("x"), Refused("x"), PortTaken("x"), UsageError("x"),
        QuarantineLimit("x"), QualityFailed("x"), RawConflict("x"), StaleClaim("x"),
        WorldLocked("x"), LayerFailed("x"), ValueError("x"), KeyboardInterrupt(),
        psycopg.errors.UndefinedTable("x"), psycopg.errors.InvalidPassword("x"),
        duckdb.CatalogException(FAILED[1]),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_what_is_wrong_stays_wrong(error: BaseException) -> None:
    assert not may_pass(error)


def failed(*messages: str) -> DbtResult:
    nodes = [
        NodeResult(f"model.pqr.{number}", "error", 0.1, None, message, {})
        for number, message in enumerate(messages)
    ]
    return DbtResult(False, tuple(nodes))


@pytest.mark.parametrize("message", LOST)
def test_a_model_that_lost_its_connection_is_tried_again(message: str) -> None:
    with pytest.raises(ConnectionLost):
        require_success("silver", failed(message))


@pytest.mark.parametrize("messages", [FAILED[:1], FAILED[1:2], FAILED[2:], (LOST[0], FAILED[0])])
def test_a_model_that_failed_is_not(messages: tuple[str, ...]) -> None:
    with pytest.raises(LayerFailed):
        require_success("silver", failed(*messages))
