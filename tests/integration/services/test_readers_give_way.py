"""A reader who lifts its time-outs holds a publication up for some seconds, and not longer."""

import shutil
import threading
import time
from pathlib import Path

import psycopg
import pytest

from orchestration.meta import connection as sessions
from orchestration.meta.connection import LockHeld
from orchestration.meta.migrate import MIGRATIONS, migrate
from orchestration.publication.batches import exclusive_publication
from orchestration.settings.endpoints import PostgresSettings

UNBOUNDED = (
    "set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0"
)
VIEW = """
    create or replace view gold.shown as select 1 as figure;
    grant select on gold.shown to bi_reader
"""


@pytest.fixture
def served(database: PostgresSettings, monkeypatch: pytest.MonkeyPatch) -> PostgresSettings:
    """A database with a view that bi_reader may read."""
    monkeypatch.setattr(sessions, "_PATIENCE_SECONDS", 1)
    with psycopg.connect(database.dsn, autocommit=True) as writer:
        writer.execute(VIEW)
    return database


def replace_view(connection: psycopg.Connection, seconds: int = 30) -> None:
    """What a publication does where the code of a view has changed."""
    with connection.transaction():
        connection.execute(f"set local lock_timeout = '{seconds}s'")
        connection.execute(VIEW)


@pytest.mark.parametrize(
    "held",
    ["begin; select * from gold.shown", "begin; lock table gold.shown in access share mode",
     "select pg_sleep(900) from gold.shown"],
    ids=["a transaction left open", "a lock", "a long query"],
)  # fmt: skip
def test_a_reader_is_ended(served: PostgresSettings, held: str) -> None:
    ended: list[Exception] = []

    def hold(reader: psycopg.Connection) -> None:
        try:
            reader.execute(held)
            while True:
                reader.execute("select 1")
                time.sleep(0.2)
        except psycopg.Error as error:
            ended.append(error)

    with (
        psycopg.connect(served.dsn, autocommit=True) as publishing,
        psycopg.connect(served.reader_dsn, autocommit=True) as reader,
    ):
        reader.execute(UNBOUNDED)
        thread = threading.Thread(target=hold, args=(reader,))
        thread.start()
        while not publishing.execute(
            "select from pg_locks where pid = %s and relation = 'gold.shown'::regclass",
            [reader.info.backend_pid],
        ).fetchall():
            time.sleep(0.05)
        with exclusive_publication(publishing):
            replace_view(publishing)
        thread.join(30)
        # Of a session that ends while the client is sending, the reason can be lost on the way.
        assert reader.broken, ended
    (error,) = ended
    assert isinstance(error, psycopg.OperationalError), error


def test_readers_that_hold_nothing_up_stay(served: PostgresSettings) -> None:
    with (
        psycopg.connect(served.dsn, autocommit=True) as publishing,
        psycopg.connect(served.reader_dsn) as reader,
    ):
        reader.execute("select count(*) from meta.runs")
        with exclusive_publication(publishing):
            replace_view(publishing)
            time.sleep(2.5)
        assert reader.execute("select 1").fetchone() == (1,)


def test_somebody_else_is_named_and_stays(served: PostgresSettings) -> None:
    with (
        psycopg.connect(served.dsn, autocommit=True) as publishing,
        psycopg.connect(served.admin_dsn, application_name="a backup") as administrator,
    ):
        administrator.execute("select * from gold.shown")
        pid = administrator.info.backend_pid
        with (
            pytest.raises(LockHeld, match=rf"for 'a backup' of pqr_admin \(PostgreSQL pid {pid}"),
            exclusive_publication(publishing),
        ):
            replace_view(publishing, seconds=5)
        assert administrator.execute("select 1").fetchone() == (1,)


def test_another_session_of_the_same_login_is_named_and_stays(served: PostgresSettings) -> None:
    with (
        psycopg.connect(served.admin_dsn, autocommit=True) as migrating,
        psycopg.connect(served.admin_dsn, application_name="psql") as other,
    ):
        other.execute("select * from gold.shown")
        pid = other.info.backend_pid
        with (
            pytest.raises(LockHeld, match=rf"for 'psql' of pqr_admin \(PostgreSQL pid {pid}"),
            sessions.readers_give_way(migrating, "a migration"),
        ):
            replace_view(migrating, seconds=5)
        assert other.execute("select 1").fetchone() == (1,)


def test_a_migration_is_not_held_back_either(served: PostgresSettings, tmp_path: Path) -> None:
    for name in MIGRATIONS.glob("*.sql"):
        shutil.copy(name, tmp_path)
    change = "create or replace view meta.lineage as {}"
    with psycopg.connect(served.reader_dsn) as reader:
        definition = reader.execute("select pg_get_viewdef('meta.lineage'::regclass)").fetchone()
        assert definition is not None
        (tmp_path / "900_change.sql").write_text(change.format(definition[0]))
        reader.execute("select * from meta.lineage")
        assert migrate(served.admin_dsn, tmp_path) == ["900_change.sql"]
        with pytest.raises(psycopg.OperationalError):
            reader.execute("select 1")
        assert reader.broken


def test_a_reader_ends_no_session(served: PostgresSettings) -> None:
    with (
        psycopg.connect(served.reader_dsn) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute("select * from meta.end_readers_in_the_way('0 s')")


def test_what_a_reader_changes_of_its_login_is_set_back(served: PostgresSettings) -> None:
    with psycopg.connect(served.reader_dsn, autocommit=True) as reader:
        reader.execute("set default_transaction_read_only = off")
        reader.execute("alter role bi_reader set statement_timeout = 0")
        reader.execute("alter role bi_reader set search_path = nowhere")
        reader.execute(
            f"alter role bi_reader in database {served.url.database} set lock_timeout = '1ms'"
        )
    migrate(served.admin_dsn)
    with psycopg.connect(served.reader_dsn) as reader:
        found = [
            reader.execute(f"show {name}").fetchone()
            for name in ("statement_timeout", "search_path", "lock_timeout")
        ]
    assert found == [("1min",), ("public",), ("5s",)]
