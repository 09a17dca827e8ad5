"""The embedded PostgreSQL's roles and database. Privileges are the migrations' business."""

from dataclasses import replace

import psycopg
from psycopg import sql

from orchestration.services.postgres import server_dsn
from orchestration.settings import Settings

OWNER = "lake_owner"
LOGINS = ("lake_writer", "bi_reader")


def ensure_database(settings: Settings) -> None:
    """Create the roles with their passwords, and the database, where they are missing."""
    database = settings.postgres.url.database
    with psycopg.connect(server_dsn(settings), autocommit=True) as connection:
        existing = {name for (name,) in connection.execute("select rolname from pg_roles")}
        if OWNER not in existing:
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(OWNER)))
        for role in LOGINS:
            if role not in existing:
                connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
            if not _can_log_in(settings, role):
                connection.execute(
                    sql.SQL("alter role {} password {}").format(
                        sql.Identifier(role), sql.Literal(settings.secrets.password(role))
                    )
                )
        found = connection.execute("select from pg_database where datname = %s", [database])
        if found.fetchone() is None:
            connection.execute(
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(database), sql.Identifier(OWNER)
                )
            )


def _can_log_in(settings: Settings, role: str) -> bool:
    url = replace(
        settings.postgres.url,
        user=role,
        password=settings.secrets.password(role),
        database="postgres",
    )
    try:
        psycopg.connect(url.dsn(), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
