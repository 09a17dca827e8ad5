"""Run the questions' SQL as the reader, the way Metabase would with and without filters."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg

from orchestration.bi.content import Content, FieldFilter, Question
from orchestration.errors import WorkFailed
from orchestration.meta.connection import open_connection

# What a user picks in the filters of the dashboard, for columns by these names.
_PICKED = {
    "day": "= (select last_day from meta.live_publication)",
    # Checks have the day on which they ran.
    "meta.day": "= (select max(day) from meta.quality_by_layer)",
    "pqrs_type": "in ('P', 'Q')",
    "department": "in ('Antioquia', 'Atlántico')",
    "municipio": "in ('Medellín', 'Barranquilla')",
    "priority": "= 'alta'",
    "dependencia_id": "= 'DEP-01'",
    "layer": "= 'gold'",
}


class QuestionFailed(WorkFailed):
    """Postgres refused a question. Names the question and the reason."""


@dataclass(frozen=True)
class Answer:
    """How many rows a question gives, with no filter and with every one, and the first's time."""

    name: str
    rows: int
    filtered_rows: int
    milliseconds: int


def validate(content: Content, reader_dsn: str) -> Iterator[Answer]:
    """Run every question twice.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        QuestionFailed: A question's SQL does not run as this role.
    """
    with open_connection(reader_dsn, context="pqr metabase validate") as connection:
        for question in content.questions:
            picked = {
                field.name: f'"{field.schema}"."{field.table}"."{field.column}" {_picked(field)}'
                for field in question.filters
            }
            begun = time.monotonic()
            rows = _count(connection, question, {})
            elapsed = round(1000 * (time.monotonic() - begun))
            yield Answer(question.name, rows, _count(connection, question, picked), elapsed)


def _picked(field: FieldFilter) -> str:
    return _PICKED.get(f"{field.schema}.{field.column}") or _PICKED[field.column]


def rendered(question: Question, conditions: Mapping[str, str]) -> str:
    """The SQL that Metabase would send: a filter without a value becomes `1 = 1`."""
    sql = question.sql
    for field in question.filters:
        sql = sql.replace(f"{{{{{field.name}}}}}", conditions.get(field.name, "1 = 1"))
    return sql


def _count(
    connection: psycopg.Connection, question: Question, conditions: Mapping[str, str]
) -> int:
    sql = rendered(question, conditions)
    try:
        return len(connection.execute(sql).fetchall())
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise QuestionFailed(f"question {question.name}: {reason}") from None
