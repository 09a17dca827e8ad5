"""A server with the roles of a Supabase project, and requests as its data API makes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from orchestration.services import postgres
from orchestration.settings import Settings, load_settings
from orchestration.settings.endpoints import PostgresSettings

PASSWORD = "a-password-of-this-test"
DATABASE = "project"
# As Supabase's own images make them; its real superuser is supabase_admin, which nobody is given.
ROLES: tuple[LiteralString, ...] = (
    "create role supabase_admin superuser nologin",
    "create role anon nologin noinherit",
    "create role authenticated nologin noinherit",
    "create role service_role nologin noinherit bypassrls",
    f"create role authenticator login noinherit password '{PASSWORD}'",
    f"create role supabase_auth_admin login noinherit createrole password '{PASSWORD}'",
    f"create role postgres login createdb createrole replication bypassrls password '{PASSWORD}'",
    "grant anon, authenticated, service_role to authenticator",
    "grant anon, authenticated, service_role, authenticator to postgres with admin option",
)


@dataclass(frozen=True)
class Project:
    """Where it is, and the lake's settings for it."""

    server: Settings
    lake: Settings

    def dsn(self, role: str, password: str = PASSWORD) -> str:
        """How `role` logs in."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.server.postgres_port}/{DATABASE}"

    def request(self, claims: dict[str, Any], query: LiteralString) -> list[tuple[Any, ...]]:
        """The answer of the data API: it becomes the role of the claims, for one transaction."""
        with psycopg.connect(self.dsn("authenticator")) as connection:
            connection.execute(
                "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                [claims["role"], json.dumps(claims)],
            )
            return connection.execute(query).fetchall()


@contextmanager
def supabase_project(home: Path, port: int, settings: Settings) -> Iterator[Project]:
    """A server of its own: roles belong to a server, and these change what migrations do."""
    server = load_settings({"PQR_HOME": str(home), "PQR_POSTGRES_PORT": str(port)})
    postgres.start(server)
    try:
        with psycopg.connect(postgres.server_dsn(server), autocommit=True) as connection:
            for statement in ROLES:
                connection.execute(statement)
            connection.execute(f"create database {DATABASE} owner postgres")
        project = Project(server, settings)
        addresses = PostgresSettings(
            dsn=project.dsn("lake_writer"),
            admin_dsn=project.dsn("postgres"),
            reader_dsn=project.dsn("bi_reader"),
            is_embedded=False,
            is_declared=True,
        )
        yield replace(project, lake=replace(settings, postgres=addresses))
    finally:
        postgres.halt(home)
