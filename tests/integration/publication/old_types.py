"""Columns that had another type when their rows landed, as an older declaration made them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from orchestration.settings import Settings
from orchestration.transform.dbt import run_dbt
from orchestration.transform.projects import DbtFailed, Projects

KINDS = ({"integer", "bigint"}, {"numeric"}, {"character varying", "text"})


@dataclass(frozen=True)
class Old:
    """A column with the type that it had; `value` is what it held, if not what was landed."""

    table: str
    column: str
    type: str
    declared: str
    value: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    @property
    def is_of_its_kind(self) -> bool:
        names = {kind.partition("(")[0] for kind in (self.type, self.declared)}
        return any(names <= kind for kind in KINDS)


def make_old(connection: psycopg.Connection, columns: Sequence[Old]) -> None:
    """Give columns their old types, with the views over them that can show these."""
    views = connection.execute(
        "select schemaname || '.' || viewname, definition from pg_views"
        " where schemaname in ('silver', 'gold', 'core') and definition ~ %s",
        ["|".join(rf"serving\.{old.table}\M" for old in columns)],
    ).fetchall()
    connection.execute(f"drop view {', '.join(name for name, _ in views)}")
    for old in columns:
        _make_old(connection, old)
    for name, definition in views:
        with suppress(psycopg.errors.ProgrammingError):
            connection.execute(f"create view {name} as {definition}")


def _make_old(connection: psycopg.Connection, old: Old) -> None:
    rules = connection.execute(
        "select format('%%I', conname) from pg_constraint join pg_attribute"
        " on attrelid = conrelid and attnum = any(conkey)"
        " where conrelid = %s::regclass and contype in ('c', 'f') and attname = %s",
        [f"serving.{old.table}", old.column],
    ).fetchall()
    # The rules of a column with a type of another kind were other ones.
    for (rule,) in () if old.is_of_its_kind and not old.value else rules:
        connection.execute(f"alter table serving.{old.table} drop constraint {rule}")
    connection.execute(
        f"alter table serving.{old.table} alter column {old.column} type {old.type}"
        f" using {old.value or old.column}::{old.type}"
    )


def load(settings: Settings, scratch: Path, *tables: str) -> list[str]:
    """Declare and load serving as a run does; the messages of what failed."""
    facts = {
        "PQR_RUN_ID": "00000000-0000-0000-0000-000000000001",
        "PQR_WORLD_ID": "00000000-0000-0000-0000-000000000002",
        "PQR_DATE_MIN": "2025-09-01",
        "PQR_DATE_MAX": "2025-09-12",
    }
    try:
        result = run_dbt(
            settings, layer="serving", target="serving", facts=facts, workspace=scratch / "dbt",
            projects=Projects(), select=[f"serving_{table}" for table in tables] or None,
        )  # fmt: skip
    except DbtFailed as error:
        return [str(error)]
    return [node.message or "" for node in result.failed()]


def type_of(connection: psycopg.Connection, schema: str, old: Old) -> str | None:
    row = connection.execute(
        "select format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass(%s) and attname = %s",
        [f"{schema}.{old.table}", old.column],
    ).fetchone()
    return row[0] if row else None


def catalog(connection: psycopg.Connection) -> list[tuple[str, ...]]:
    """The views, comments, grants, rules and indexes of what people see."""
    return connection.execute(
        """
        select relname, relkind::text, relacl::text, obj_description(oid, 'pg_class'),
            case when relkind = 'v' then pg_get_viewdef(oid) else pg_get_indexdef(oid) end,
            (select string_agg(concat_ws(' ', attname, attacl, col_description(oid, attnum),
                format_type(atttypid, atttypmod)), ' ' order by attnum)
                from pg_attribute where attrelid = oid)
        from pg_class where relkind in ('v', 'i') and relnamespace in
            (select oid from pg_namespace where nspname in ('serving', 'silver', 'gold', 'core'))
        union all
        select conname, contype::text, conrelid::regclass::text, convalidated::text,
            pg_get_constraintdef(oid), null
        from pg_constraint where connamespace = 'serving'::regnamespace
        order by 1, 2, 3
        """
    ).fetchall()
