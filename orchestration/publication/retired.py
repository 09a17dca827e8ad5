"""What is published no more: views and tables that the project made and no longer declares.

dbt notes what it makes in meta.served_relations, and marks there what is not declared any more.
"""

import psycopg
from psycopg import sql

from orchestration.publication.declared import is_declared, note_declared

_LOCK_TIMEOUT = "set local lock_timeout = '30s'"


def retire(connection: psycopg.Connection, code: str) -> list[str]:
    """Drop views that are not declared any more, and their tables once they are empty.

    Call it after `collect`: a table keeps the rows that a kept publication names. What has just
    been published stays published: what cannot be dropped now is said, and tried again next time.

    Args:
        connection: Of the writer, autocommit.
        code: `ServingBuild.code`: what the tables are declared by, before and after.

    Returns:
        What became of each, in the words of a run's note.
    """
    rows = connection.execute(
        "select schema_name, relation_name, kind from meta.served_relations"
        " where not is_declared order by kind desc, 1, 2"
    ).fetchall()
    if not rows:
        return []
    was_declared = is_declared(connection, code)
    said = []
    for schema, name, kind in rows:
        drop = _drop_view if kind == "view" else _drop_table
        if outcome := drop(connection, schema, name):
            said.append(f"no longer declared: {schema}.{name}, {outcome}")
    if was_declared:
        note_declared(connection, code)
    return said


def _drop_view(connection: psycopg.Connection, schema: str, name: str) -> str:
    row = connection.execute(
        """
        select relkind = 'v' and md5(pg_get_viewdef(pg_class.oid)) = definition_md5
        from meta.served_relations
        join pg_class on pg_class.oid = to_regclass(format('%%I.%%I', schema_name, relation_name))
        where schema_name = %s and relation_name = %s
        """,
        [schema, name],
    ).fetchone()
    if row is not None and not row[0]:
        return "its view stays: it is not as the project made it"
    reason = _drop(connection, "view", schema, name)
    return f"its view stays: {reason}" if reason else "its view is dropped" if row else ""


def _drop_table(connection: psycopg.Connection, schema: str, name: str) -> str:
    known = connection.execute(
        "select to_regclass(format('%%I.%%I', %s::text, %s::text)) is not null", [schema, name]
    ).fetchone()
    if known == (True,):
        query = sql.SQL("select exists (select from {})").format(sql.Identifier(schema, name))
        if connection.execute(query).fetchone() == (True,):
            return ""  # rows of a publication that is kept
    reason = _drop(connection, "table", schema, name)
    if reason:
        return f"its table stays: {reason}"
    # Where its rows landed on their way; without a daily table's suffix, as the dataset is called.
    landed = sql.Identifier("landing", name.removesuffix("_daily"))
    connection.execute(sql.SQL("drop table if exists {}").format(landed))
    return "its empty table is dropped" if known == (True,) else ""


def _drop(connection: psycopg.Connection, kind: str, schema: str, name: str) -> str:
    """Drop it and forget it; why not, when PostgreSQL refuses."""
    try:
        with connection.transaction():
            connection.execute(_LOCK_TIMEOUT)
            connection.execute(
                sql.SQL("drop {} if exists {}").format(sql.SQL(kind), sql.Identifier(schema, name))
            )
            connection.execute(
                "delete from meta.served_relations where schema_name = %s and relation_name = %s",
                [schema, name],
            )
    except psycopg.Error as error:
        if connection.closed:
            raise
        return (error.diag.message_detail or str(error)).splitlines()[0]
    return ""
