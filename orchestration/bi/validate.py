"""Run the questions' SQL as the reader, the way Metabase would with and without filters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg

from orchestration.bi.content import Content, Question
from orchestration.errors import WorkFailed
from orchestration.meta.connection import open_connection

# What a user picks in the filters of the dashboard, for columns by these names.
_PICKED = {"day": "= (select last_day from meta.live_publication)", "pqrs_type": "in ('P', 'Q')"}


class QuestionFailed(WorkFailed):
    """Postgres refused a question. Names the question and the reason."""


@dataclass(frozen=True)
class Answer:
    """How many rows a question gives, unfiltered and with every filter set."""

    name: str
    rows: int
    filtered_rows: int


def validate(content: Content, reader_dsn: str) -> Iterator[Answer]:
    """Run every question twice.

    Raises:
        DatabaseUnavailable: The server cannot be reached or refuses the login.
        QuestionFailed: A question's SQL does not run as this role.
    """
    with open_connection(reader_dsn, context="pqr metabase validate") as connection:
        for question in content.questions:
            picked = {
                field.name: f'"{field.schema}"."{field.table}"."{field.column}"'
                f" {_PICKED[field.column]}"
                for field in question.filters
            }
            yield Answer(
                name=question.name,
                rows=_count(connection, question, {}),
                filtered_rows=_count(connection, question, picked),
            )


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
