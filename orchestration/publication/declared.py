"""Whether the serving tables are as declared: then a run loads and checks new rows alone."""

from typing import Final

import psycopg

# The code, and a digest of what it declares as PostgreSQL has it now: tables, views, keys, rules,
# indexes and grants, the roles that read, and whether there is PostGIS.
_STATE: Final = """
    with relations as (
        select oid, oid::regclass::text as name, relkind, relacl, relrowsecurity from pg_class
        where relkind in ('r', 'v', 'i') and relnamespace in (
            select oid from pg_namespace where nspname in ('serving', 'silver', 'gold', 'core')
        )
    ),

    facts as (
        select concat_ws(' ', name, relkind, relacl, relrowsecurity) as fact from relations
        union all
        select concat_ws(' ', name, pg_get_viewdef(oid)) from relations where relkind = 'v'
        union all
        select concat_ws(' ', name, pg_get_indexdef(oid)) from relations where relkind = 'i'
        union all
        select concat_ws(' ', name, attname, format_type(atttypid, atttypmod), attnotnull, attacl)
        from relations inner join pg_attribute on attrelid = oid
        where relkind <> 'i' and attnum > 0 and not attisdropped
        union all
        select concat_ws(' ', name, conname, pg_get_constraintdef(pg_constraint.oid))
        from relations inner join pg_constraint on conrelid = relations.oid
        union all
        select rolname from pg_roles
        where rolname in ('bi_reader', 'anon', 'authenticated', 'service_role')
        union all
        select to_regtype('geometry')::text
    )

    select %s || ' ' || md5(string_agg(fact, ' ' order by fact collate "C")) from facts
"""


def is_declared(connection: psycopg.Connection, code: str) -> bool:
    """Whether this code made the serving tables as they are, and checked what they hold.

    False when somebody dropped or changed a table, a view, a key, an index or a grant since, and
    when PostGIS or a role that reads has come or gone.

    Args:
        connection: Of the writer.
        code: `ServingBuild.code`.
    """
    row = connection.execute(f"select code = ({_STATE}) from meta.serving_code", [code]).fetchone()
    return row is not None and bool(row[0])


def is_as_noted(connection: psycopg.Connection) -> bool:
    """Whether the serving tables and their views are as the code that was noted last left them."""
    row = connection.execute(
        f"select right(code, 32) = right(({_STATE}), 32) from meta.serving_code", [""]
    ).fetchone()
    return row is not None and bool(row[0])


def begin_declaring(connection: psycopg.Connection) -> None:
    """Note that other code is about to change the tables: a try that is killed must not count."""
    connection.execute("delete from meta.serving_code")


def note_declared(connection: psycopg.Connection, code: str) -> None:
    """Note that the tables are as this code declares them, and what they hold is checked."""
    connection.execute(
        f"insert into meta.serving_code (code) {_STATE}"
        " on conflict (only_row) do update set code = excluded.code",
        [code],
    )
