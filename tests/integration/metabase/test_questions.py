"""Every question on a published run, as the role that Metabase logs in with."""

import psycopg
import pytest
from sample import publish_sample

from orchestration.bi.content import load_content
from orchestration.bi.validate import rendered, validate
from orchestration.settings.endpoints import PostgresSettings

CONTENT = load_content()


@pytest.fixture
def reader(database: PostgresSettings) -> str:
    publish_sample(database.admin_dsn, with_questions=True)
    return database.reader_dsn


def test_every_question_has_rows_with_and_without_filters(reader: str) -> None:
    answers = list(validate(CONTENT, reader))
    assert len(answers) == 21
    # Grouped by what no filter touches, without a filter, or about what did not happen that day.
    same = {
        "Resultado de las respuestas",
        "Corridas",
        "Líneas en cuarentena",
        "Los controles que más fallan",
    }
    for answer in answers:
        if answer.name in same:
            assert answer.rows >= answer.filtered_rows, answer.name
        else:
            assert answer.rows > answer.filtered_rows > 0, answer.name
        assert answer.rows > 0, answer.name


def test_the_axes_of_a_chart_are_columns_of_its_question(reader: str) -> None:
    with psycopg.connect(reader) as connection:
        for question in CONTENT.questions:
            cursor = connection.execute(rendered(question, {}))
            columns = {column.name for column in cursor.description or ()}
            axes = [
                name
                for key in ("graph.dimensions", "graph.metrics")
                for name in question.settings.get(key, [])
            ]
            assert set(axes) <= columns, question.name


def test_a_question_cannot_write(reader: str) -> None:
    with psycopg.connect(reader) as connection, pytest.raises(psycopg.Error):
        connection.execute("delete from gold.kpi_volume_daily")
