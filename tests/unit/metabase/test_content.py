"""The content files: readable by us, and valid in Metabase's own format."""

import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.bi.content import CONTENT, ContentError, load_content
from orchestration.bi.payloads import question_payload
from orchestration.bi.validate import rendered

# The public validator of the format: run as a tool, not a part of the project (AGPL).
VALIDATOR = "@metabase/representations@1.2.0"


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    (path,) = folder.rglob(name)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_there_are_six_questions_and_one_dashboard_of_them() -> None:
    content = load_content()
    assert len(content.questions) == 6
    (dashboard,) = content.dashboards
    placed = {placement.question_id for placement in dashboard.placements}
    assert placed == {question.entity_id for question in content.questions}


def test_both_filters_reach_every_question() -> None:
    (dashboard,) = load_content().dashboards
    for placement in dashboard.placements:
        assert [name for _, name in placement.filters] == ["dia", "tipo"]


def test_questions_read_gold_alone() -> None:
    for question in load_content().questions:
        assert {field.schema for field in question.filters} == {"gold"}
        assert "silver." not in question.sql


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
    question = load_content().questions[0]
    assert "{{" not in rendered(question, {})
    assert "1 = 1 and 1 = 1" in rendered(question, {})


def test_a_column_goes_to_metabase_by_its_number() -> None:
    question = load_content().questions[0]
    fields = {(field.schema, field.table, field.column): 7 for field in question.filters}
    query = question_payload(question, 1, 2, fields)["dataset_query"]
    assert query["native"]["template-tags"]["dia"]["dimension"] == ["field", 7, None]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("volumen.yaml", "{{dia}} and", "", "no dia in its SQL"),
        ("volumen.yaml", "display: bar\n", "", "display"),
        ("volumen.yaml", "type: dimension", "type: text", "type text is not dimension"),
        ("tablero.yaml", "card_id: 9mkBb5t0YJ8kuA14aW0gQ\n    row", "card_id: x\n    row", "no qu"),
        ("tablero.yaml", "size_x: 12", "size_x: 13", "wider than 24"),
        ("tablero.yaml", "[template-tag, tipo]", "[template-tag, region]", "no filter region"),
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


@pytest.mark.skipif(not shutil.which("npx"), reason="npx: apt install npm")
def test_the_public_validator_passes_the_files_and_sees_a_wrong_one(tmp_path: Path) -> None:
    def validated(folder: Path) -> subprocess.CompletedProcess[str]:
        command = ["npx", "--yes", VALIDATOR, "validate-schema", "--folder", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)

    passed = validated(CONTENT)
    if "npm error" in passed.stderr:
        pytest.skip("npm cannot fetch the validator here")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "8 passed, 0 failed" in passed.stdout
    folder = copied(tmp_path)
    edit(folder, "volumen.yaml", "display: bar", "display: barn")
    assert validated(folder).returncode != 0
