"""A sandbox goes as a whole, when it is asked for, and nothing of the lake goes with it."""

from datetime import timedelta

import psycopg
import pytest

from orchestration.errors import UsageError
from orchestration.verify.lake import verify_lake
from orchestration.verify.sandbox import (
    SandboxInUse,
    remove_sandbox,
    sandbox_of,
    sandboxes,
)
from tests.faults.conftest import Lake

NOW = timedelta(seconds=-5)
KEYS = ("dev/ana-maria/gold/kpi_sla/day=2025-09-01/part0.parquet", "dev/ana-maria/silver/x.parquet")
SCHEMAS = ("dev_ana_maria_landing", "dev_ana_maria_gold", "dev_ana_maria_core")


@pytest.fixture
def built(committed: Lake) -> Lake:
    """A lake with the sandbox of ana-maria, part of that of luis, and look-alikes."""
    for key in (*KEYS, "dev/luis/gold/x.parquet"):
        committed.store._put(key, b"of a sandbox")
    for schema in (*SCHEMAS, "dev_luis_gold", "dev_ana_maria_of_mine", "development"):
        committed.connection.execute(f"create schema {schema}")
    committed.connection.execute("create table dev_ana_maria_gold.kpi_sla as select 1 as day")
    return committed


def schemas(connection: psycopg.Connection) -> set[str]:
    rows = connection.execute("select nspname from pg_namespace where nspname like 'dev%'")
    return {name for (name,) in rows.fetchall()}


def test_sandboxes_are_found_by_user_in_both_places(built: Lake) -> None:
    found = sandboxes(built.settings, built.connection)
    assert list(found) == ["ana-maria", "luis"]
    mine = sandbox_of(found, "ana-maria")
    assert {facts.key for facts in mine.objects} == set(KEYS)
    assert set(mine.schemas) == set(SCHEMAS)
    assert mine.size == 2 * len(b"of a sandbox")
    with pytest.raises(UsageError, match="ana-maria, luis"):
        sandbox_of(found, "pedro")


def test_a_removed_sandbox_leaves_the_lake_and_the_others(built: Lake) -> None:
    mine = sandbox_of(sandboxes(built.settings, built.connection), "ana-maria")
    before = set(built.objects())
    remove_sandbox(built.settings, built.connection, mine, older_than=NOW)
    assert before - set(built.objects()) == set(KEYS)
    assert schemas(built.connection) == {"dev_luis_gold", "dev_ana_maria_of_mine", "development"}
    assert verify_lake(built.settings, built.connection).is_sound


def test_a_sandbox_that_is_being_built_stays(built: Lake) -> None:
    mine = sandbox_of(sandboxes(built.settings, built.connection), "ana-maria")
    before = set(built.objects())
    with pytest.raises(SandboxInUse, match="ana-maria"):
        remove_sandbox(built.settings, built.connection, mine, older_than=timedelta(hours=24))
    assert set(built.objects()) == before
    assert set(SCHEMAS) < schemas(built.connection)
