"""The content files are readable by us; the integration tests ask Metabase's own validator."""

import re
import shutil
from pathlib import Path

import pytest

from orchestration.bi.content import CONTENT, ContentError, Question, load_content
from orchestration.bi.payloads import question_payload
from orchestration.bi.validate import rendered


def volume() -> Question:
    return next(item for item in load_content().questions if item.name == "Casos creados por día")


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    (path,) = folder.rglob(name)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_three_dashboards_hold_every_question_once_and_say_what_they_are_for() -> None:
    content = load_content()
    assert len(content.questions) == 21
    assert {dashboard.name for dashboard in content.dashboards} == {
        "Ejecutivo", "Operativo", "Calidad",
    }  # fmt: skip
    placed = [place.question_id for board in content.dashboards for place in board.placements]
    assert sorted(filter(None, placed)) == sorted(item.entity_id for item in content.questions)
    assert placed.count(None) == 3


def test_a_filter_reaches_every_question_that_has_it() -> None:
    content = load_content()
    questions = {question.entity_id: question for question in content.questions}
    for dashboard in content.dashboards:
        slugs = {item["slug"] for item in dashboard.parameters}
        for place in dashboard.placements:
            if place.question_id:
                names = {field.name for field in questions[place.question_id].filters}
                assert {name for _, name in place.filters} == names & slugs


def test_the_municipality_is_linked_to_the_department() -> None:
    (board,) = [item for item in load_content().dashboards if item.name == "Operativo"]
    by_slug = {item["slug"]: item for item in board.parameters}
    assert by_slug["municipio"]["filteringParameters"] == [by_slug["departamento"]["id"]]


def test_questions_read_gold_and_the_record_of_runs() -> None:
    for question in load_content().questions:
        assert {field.schema for field in question.filters} <= {"gold", "meta"}
        assert "silver." not in question.sql
        assert "core." not in question.sql


def test_entity_ids_are_of_metabases_form_and_all_different() -> None:
    content = load_content()
    ids = [item.entity_id for item in (*content.questions, *content.dashboards)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{21}", entity_id) for entity_id in ids)


def test_places_do_not_overlap() -> None:
    for dashboard in load_content().dashboards:
        cells = [
            (row, col)
            for place in dashboard.placements
            for row in range(place.row, place.row + place.size_y)
            for col in range(place.col, place.col + place.size_x)
        ]
        assert len(cells) == len(set(cells))


def test_a_filter_without_a_value_lets_everything_through() -> None:
    question = volume()
    assert "{{" not in rendered(question, {})
    assert "1 = 1 and 1 = 1" in rendered(question, {})


def test_a_column_goes_to_metabase_by_its_number() -> None:
    question = volume()
    fields = {(field.schema, field.table, field.column): 7 for field in question.filters}
    query = question_payload(question, 1, 2, fields)["dataset_query"]
    assert query["native"]["template-tags"]["dia"]["dimension"] == ["field", 7, None]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("volumen.yaml", "{{dia}} and", "", "no dia in its SQL"),
        ("volumen.yaml", "display: bar\n", "", "display"),
        ("volumen.yaml", "type: dimension", "type: text", "type text is not dimension"),
        (
            "ejecutivo.yaml",
            "card_id: 9mkBb5t0YJ8kuA14aW0gQ\n    row",
            "card_id: x\n    row",
            "no qu",
        ),
        ("ejecutivo.yaml", "size_x: 12", "size_x: 13", "wider than 24"),
        ("ejecutivo.yaml", "[template-tag, tipo]", "[template-tag, region]", "no filter region"),
        ("pqrs.yaml", "model: Collection", "model: Segment", "model Segment"),
        ("pqrs.yaml", "name: PQRS", "name: [", "pqrs.yaml"),
    ],
)
def test_a_broken_file_is_named(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    folder = copied(tmp_path)
    edit(folder, name, old, new)
    with pytest.raises(ContentError, match=message):
        load_content(folder)
