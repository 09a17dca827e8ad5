"""Logins of a PostgreSQL of one's own, made by an administrator who is no superuser."""

import subprocess
import sys
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from orchestration.services import postgres
from orchestration.settings import PROJECT_ROOT, Settings


class Server:
    """The session's server as somebody's own, with role names that nobody else uses."""

    def __init__(self, settings: Settings) -> None:
        self.id = uuid.uuid4().hex[:8]
        self.port = settings.postgres_port
        self.admin = self.dsn("admin", "first", "postgres")

    def dsn(self, role: str, password: str, database: str) -> str:
        user = f"{role}_{self.id}"
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def logins(self, password: str, **others: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            "PATH": "/usr/bin:/bin", "PQR_HOME": "/nonexistent",
            "PQR_POSTGRES_ADMIN_DSN": self.admin,
            "PQR_POSTGRES_DSN": self.dsn("writer", password, "postgres"),
            "PQR_POSTGRES_READER_DSN": self.dsn("reader", password, "postgres"),
            **others,
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "orchestration.services.logins"],
            env=environment, cwd=PROJECT_ROOT, capture_output=True, text=True,
        )  # fmt: skip


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    made = Server(settings)
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as connection:
        admin = sql.Identifier(f"admin_{made.id}")
        connection.execute(
            sql.SQL("create role {} login createrole createdb password 'first'").format(admin)
        )
        yield made
        connection.execute(
            sql.SQL("drop database if exists {}").format(sql.Identifier(f"prefect_{made.id}"))
        )
        for role in ("writer", "reader", "prefect", "admin"):
            name = sql.Identifier(f"{role}_{made.id}")
            connection.execute(sql.SQL("drop role if exists {}").format(name))


def test_the_passwords_of_the_variables_let_in_and_new_ones_replace_them(server: Server) -> None:
    prefect = server.dsn("prefect", "p-first", f"prefect_{server.id}")
    url = {"PREFECT_API_DATABASE_CONNECTION_URL": prefect.replace("ql://", "ql+asyncpg://")}
    for password in ("first", "second"):
        done = server.logins(password, **url)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split("\n")[:3] == [
            f"login {role}_{server.id}" for role in ("writer", "reader", "prefect")
        ]
        for role in ("writer", "reader"):
            psycopg.connect(server.dsn(role, password, "postgres")).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.dsn("writer", "first", "postgres"))
    with psycopg.connect(prefect) as connection:
        connection.execute("create table mine (a integer)")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.dsn("reader", "second", f"prefect_{server.id}"))


def test_what_is_wrong_is_one_line(server: Server) -> None:
    same = server.logins("first", PQR_POSTGRES_READER_DSN=server.admin)
    assert same.returncode == 2
    assert "must be different" in same.stderr
    unset = server.logins("first", PQR_POSTGRES_DSN="")
    assert unset.returncode == 2
    assert "PQR_POSTGRES_DSN is not set" in unset.stderr
    refused = server.logins("first", PQR_POSTGRES_ADMIN_DSN=server.admin.replace("first", "wrong"))
    assert refused.returncode == 3
    for done in (same, unset, refused):
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
