"""The embedded PostgreSQL's roles and database. Privileges are the migrations' business."""

import psycopg
from psycopg import sql

from orchestration.services.postgres import server_dsn
from orchestration.settings import EMBEDDED_PASSWORDS, Settings

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
                connection.execute(
                    sql.SQL("create role {} login password {}").format(
                        sql.Identifier(role), sql.Literal(EMBEDDED_PASSWORDS[role])
                    )
                )
        found = connection.execute("select from pg_database where datname = %s", [database])
        if found.fetchone() is None:
            connection.execute(
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(database), sql.Identifier(OWNER)
                )
            )
