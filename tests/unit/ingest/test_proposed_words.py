"""What `pqr ingest --check` proposes for a column of closings that holds words, too."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import yaml

from orchestration.ingest.mapping import load_mapping
from orchestration.ingest.prepare import Prepared
from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import HEADER, delivered, reasons, row

CLOSED = "Fecha de respuesta"


def days(count: int) -> list[str]:
    return [f"{date(2025, 3, 10) + timedelta(n):%d/%m/%Y}" for n in range(count)]


def proposed(
    folder: Path, closings: Sequence[str], *, name: str = CLOSED, **cells: str
) -> tuple[dict[str, object], list[str], Prepared]:
    """The mapping that is proposed for these closings, its questions, and the file read by it."""
    rows = [row(f"A-{n}", closed=text, **cells) for n, text in enumerate(closings)]
    body = "\n".join([HEADER.replace(CLOSED, name), *rows]).encode()
    (folder / "register.csv").write_bytes(body)
    code, printed, refused = run("ingest", "--check", str(folder / "register.csv"))
    assert code == 0, refused
    again = run("ingest", "--check", str(folder / "register.csv"))
    assert printed == again[1]
    path = folder / "proposed.yaml"
    path.write_text(printed, encoding="utf-8")
    questions = [line for line in printed.splitlines() if line.startswith(f"# open: {name}")]
    return yaml.safe_load(printed), questions, delivered(folder, body, load_mapping(path))


def closing(content: dict[str, object]) -> object:
    times = content["times"]
    assert isinstance(times, dict)
    return times.get("closed_at")


# Closings, the words that are proposed, and how many cases are open.
LANDS = {
    "30 dates and 20 words": ([*days(30), *["Pendiente"] * 20], ["Pendiente"], 20),
    "one date and nine words": ([*days(1), *["Pendiente"] * 9], ["Pendiente"], 9),
    "one date and several words": (
        [*days(1), *["Pendiente"] * 4, *["En trámite"] * 3, "Sin respuesta", "Por asignar"],
        ["Pendiente", "En trámite", "Sin respuesta", "Por asignar"], 9,
    ),
    "one word in several spellings": (
        [*days(3), "PENDIENTE", "Pendiente", "Pendiente", "pendiente."], ["Pendiente"], 4,
    ),
    "zero dates": (
        [*days(2), "00/00/0000", "00/00/0000", "0000-00-00", "0"],
        ["00/00/0000", "0000-00-00", "0"], 4,
    ),
    "serial numbers and a zero": (["45719", "45720", "0"], ["0"], 1),
    "words beside cells that are empty anyway": (
        [*days(2), "N/A", "", "-", "Pendiente"], ["Pendiente"], 4,
    ),
    "dates alone": (days(3), None, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", LANDS)
def test_words_among_dates_are_proposed_as_empty_and_their_cases_land_open(
    tmp_path: Path, name: str
) -> None:
    closings, words, open_count = LANDS[name]
    content, questions, found = proposed(tmp_path, closings, created="03/01/2025 09:12")
    rule = closing(content)
    assert isinstance(rule, dict)
    assert rule.get("empty") == words
    assert not [line for line in questions if "is read by no format" in line]
    assert "answer" not in content
    assert not found.findings
    assert len(found.cases) == len(closings)
    assert sum(case.dates.closed is None for case in found.cases) == open_count


def test_the_rule_is_marked_as_a_guess(tmp_path: Path) -> None:
    proposed(tmp_path, [*days(2), "Pendiente"])
    printed = (tmp_path / "proposed.yaml").read_text(encoding="utf-8")
    assert f'"{CLOSED}", formats: ["%d/%m/%Y"], empty: ["Pendiente"]}}  # guess\n' in printed


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2025", "2025-13-01", "00/03/2025", "1O/03/2025", "Pendiente 2025", "#VALUE!",
        "########", "marzo", "Cerrado", "Respondido por correo", "Sí",
    ],
)  # fmt: skip
def test_what_may_be_a_date_or_says_that_a_case_is_done_is_asked(tmp_path: Path, text: str) -> None:
    content, questions, found = proposed(tmp_path, [*days(3), "Pendiente", text])
    rule = closing(content)
    assert isinstance(rule, dict)
    assert rule["empty"] == ["Pendiente"]
    assert f"# open: {CLOSED}: value {text!r} is read by no format" in questions
    assert reasons(found) == [("TIME_FORMAT", 6)]


@pytest.mark.parametrize("text", ["No respondido", "Sin cerrar", "Pendiente de respuesta"])
def test_a_case_that_is_said_not_to_be_done_is_open(tmp_path: Path, text: str) -> None:
    content, _, found = proposed(tmp_path, [*days(3), text])
    rule = closing(content)
    assert isinstance(rule, dict)
    assert rule["empty"] == [text]
    assert not found.findings


def test_many_texts_are_no_words_for_an_open_case(tmp_path: Path) -> None:
    texts = [f"La oficina {chr(97 + n)} decide" for n in range(9)]
    content, questions, _ = proposed(tmp_path, [*days(9), *texts, "00/00/0000"])
    rule = closing(content)
    assert isinstance(rule, dict)
    assert rule["empty"] == ["00/00/0000"]
    assert sum("is read by no format" in line for line in questions) == len(texts)


@pytest.mark.parametrize("text", ["Pendiente", "00/00/0000"])
def test_a_register_without_a_closing_has_no_answers_in_the_column_of_its_date(
    tmp_path: Path, text: str
) -> None:
    content, _, found = proposed(tmp_path, [text] * 5)
    assert closing(content) is None
    assert "answer" not in content
    printed = (tmp_path / "proposed.yaml").read_text(encoding="utf-8")
    assert "# open: no column of closing dates was found: every case stays open" in printed
    assert f"# open: column '{CLOSED}' is not used ('{text}')" in printed
    assert len(found.cases) == 5


def test_a_register_whose_first_thousand_cases_are_open_has_a_closing(tmp_path: Path) -> None:
    content, _, found = proposed(tmp_path, [*["Pendiente"] * 1200, *days(20) * 20])
    rule = closing(content)
    assert isinstance(rule, dict)
    assert rule["empty"] == ["Pendiente"]
    assert sum(case.dates.closed is None for case in found.cases) == 1200


def test_words_are_no_dates_in_a_column_that_is_not_named_so(tmp_path: Path) -> None:
    """Who closed a case, not when."""
    content, _, _ = proposed(tmp_path, ["Ana", "Luis", "Ana", *days(1)], name="Cerrado por")
    assert closing(content) is None


def test_a_creation_that_is_a_word_is_asked(tmp_path: Path) -> None:
    """A row without a date of creation is not a case, whatever the word."""
    texts = [*days(3), "Pendiente"]
    rows = [row(f"A-{n}", created=text, closed="") for n, text in enumerate(texts)]
    path = tmp_path / "register.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    _, printed, _ = run("ingest", "--check", str(path))
    assert "# open: Fecha de radicación: value 'Pendiente' is read by no format" in printed
    assert "empty:" not in printed


def test_the_time_beside_such_a_date_is_found(tmp_path: Path) -> None:
    closings = [f"{days(1)[0]};9:12 a. m.", "Pendiente;Pendiente", "00/00/0000;"]
    content, _, found = proposed(tmp_path, closings, name=f"{CLOSED};Hora de respuesta")
    assert closing(content) == {
        "column": CLOSED, "time_column": "Hora de respuesta",
        "formats": ["%d/%m/%Y %I:%M %p", "%d/%m/%Y"], "empty": ["Pendiente", "00/00/0000"],
    }  # fmt: skip
    assert not found.findings
    assert [case.dates.closed is None for case in found.cases] == [False, True, True]


def test_a_workbook_is_proposed_with_its_words_and_zeros(tmp_path: Path) -> None:
    """Excel shows a zero as 00/01/1900 in a cell that is formatted as a date."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(";"))
    for number, text in enumerate((date(2025, 3, 10), "Pendiente", "Pendiente", 0, 0)):
        created = datetime(2025, 3, 3, 9, 12)
        sheet.append([f"A-{number}", created, "Chat", "Queja", "Cali", "Ruido", text])
    sheet["G6"].number_format = "dd/mm/yyyy"
    sheet.append(HEADER.split(";"))
    path = tmp_path / "register.xlsx"
    book.save(path)
    _, printed, _ = run("ingest", "--check", str(path))
    assert closing(yaml.safe_load(printed)) == {
        "column": CLOSED, "formats": ["%Y-%m-%d"], "empty": ["Pendiente", "0", "00:00:00"],
    }  # fmt: skip
    mapped = tmp_path / "mapping.yaml"
    mapped.write_text(printed, encoding="utf-8")
    found = delivered(tmp_path, path.read_bytes(), load_mapping(mapped), name=path.name)
    assert not found.findings
    assert [case.dates.closed is None for case in found.cases] == [False, *[True] * 4]
