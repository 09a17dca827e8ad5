"""A copy of the published database with its cases repeated: what readers would meet after years.

Cases, their open ones and their changes of state are repeated under ids of their own; KPIs stay as
they are, since their rows do not grow with the cases.
"""

import math
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from orchestration.services import postgres
from orchestration.settings import Settings, load_settings

IDS = {
    "tickets": ("ticket_id", "external_id"),
    "tickets_snapshot": ("ticket_id",),
    "status_events": ("event_id", "ticket_id"),
}


@contextmanager
def grown(settings: Settings, tickets: int) -> Iterator[Settings]:
    """The settings of a copy with at least so many cases, which is dropped when the block ends.

    Nobody else may be connected to the published database while it is copied.
    """
    name = f"grown_{uuid.uuid4().hex[:8]}"
    own = load_settings({**settings.exports(), "PQR_POSTGRES_DSN": "", "PQR_POSTGRES_DB": name})
    with psycopg.connect(postgres.server_dsn(settings), autocommit=True) as server:
        ours = sql.Identifier(str(conninfo_to_dict(settings.postgres.dsn)["dbname"]))
        made = sql.Identifier(name)
        server.execute(sql.SQL("create database {} template {}").format(made, ours))
        try:
            with psycopg.connect(own.postgres.admin_dsn, autocommit=True) as connection:
                _repeat(connection, tickets)
                # Or what was copied is still being written while pages are measured.
                connection.execute("checkpoint")
            yield own
        finally:
            server.execute(sql.SQL("drop database {} with (force)").format(made))


def _repeat(connection: psycopg.Connection, tickets: int) -> None:
    # References to lists of ids are not checked.
    connection.execute("set session_replication_role = replica")
    ((there,),) = connection.execute("select count(*) from serving.tickets").fetchall()
    times = math.ceil(tickets / there) - 1
    for table, ids in IDS.items():
        indexes = [row[0] for row in connection.execute(
            "select pg_get_indexdef(indexrelid) from pg_index"
            " where indrelid = %s::regclass and not indisprimary", [f"serving.{table}"],
        )]  # fmt: skip
        for definition in indexes:
            connection.execute(f"drop index serving.{definition.split()[2]}".encode())
        columns = [row[0] for row in connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped and attgenerated = '' order by attnum", [f"serving.{table}"],
        )]  # fmt: skip
        given = ", ".join(_value(name, ids) for name in columns)
        connection.execute(
            f"insert into serving.{table} ({', '.join(columns)}) select {given}"
            f" from serving.{table} cross join generate_series(1, {times}) as n".encode()
        )
        for definition in indexes:
            connection.execute(definition.encode())
        connection.execute(f"vacuum analyze serving.{table}".encode())


def _value(name: str, ids: tuple[str, ...]) -> str:
    if name not in ids:
        return name
    return f"{name} || '-' || n" if name == "external_id" else f"md5({name}::text || n)::uuid"
