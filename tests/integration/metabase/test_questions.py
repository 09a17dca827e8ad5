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
    publish_sample(database.admin_dsn)
    return database.reader_dsn


def test_every_question_has_rows_with_and_without_filters(reader: str) -> None:
    answers = list(validate(CONTENT, reader))
    assert len(answers) == 6
    for answer in answers:
        assert answer.rows > answer.filtered_rows > 0, answer.name


def test_the_axes_of_a_chart_are_columns_of_its_question(reader: str) -> None:
    with psycopg.connect(reader) as connection:
        for question in CONTENT.questions:
            cursor = connection.execute(rendered(question, {}))
            columns = {column.name for column in cursor.description or ()}
            axes = question.settings["graph.dimensions"] + question.settings["graph.metrics"]
            assert set(axes) <= columns, question.name


def test_a_question_cannot_write(reader: str) -> None:
    with psycopg.connect(reader) as connection, pytest.raises(psycopg.Error):
        connection.execute("delete from gold.kpi_volume_daily")
