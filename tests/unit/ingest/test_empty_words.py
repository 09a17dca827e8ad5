"""Words that stand where a case has no date yet: `empty` of a mapping."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from orchestration.ingest.mapping import CsvMapping
from orchestration.ingest.prepare import Prepared
from orchestration.ingest.report import report
from tests.unit.ingest.delivering import HEADER, delivered, mapping, names, reasons, row

FORMATS = ("%d/%m/%Y %H:%M", "%d/%m/%Y")
WORDS = ("Pendiente", "En trámite", "0", "00/00/0000", "0000-00-00")
CREATED, CLOSED = "Fecha de radicación", "Fecha de respuesta"


def rules(empty: Sequence[str] = WORDS, *, formats: Sequence[str] = FORMATS) -> CsvMapping:
    """The mapping of the register, whose closing is empty where it says so in these words."""
    return mapping(
        times={
            "created_at": {"column": CREATED, "formats": FORMATS},
            "closed_at": {"column": CLOSED, "formats": formats, "empty": empty},
        }
    )


def open_cases(prepared: Prepared) -> list[str]:
    return [case.name for case in prepared.cases if case.dates.closed is None]


def said_of_words(prepared: Prepared) -> list[str]:
    return [note for note in prepared.notes if note.endswith(": read as empty")]


@pytest.mark.parametrize(
    "text",
    [
        "Pendiente", "PENDIENTE", "  pendiente\u00a0", "en tramite", "En  tra\u0301mite", "0",
        "00/00/0000", "00-00-0000", "0000-00-00", '="Pendiente"', "'Pendiente", "N/A",
    ],
)  # fmt: skip
def test_a_case_whose_closing_is_a_word_is_open(tmp_path: Path, text: str) -> None:
    found = delivered(tmp_path, [row("A", closed=text), row("B")], rules())
    assert not found.findings
    assert open_cases(found) == ["A"]


@pytest.mark.parametrize("text", ["31/02/2025", "2025-13-01", "Archivado", "00/03/2025", "00"])
def test_what_is_not_named_stays_in_quarantine(tmp_path: Path, text: str) -> None:
    found = delivered(tmp_path, [row("A", closed=text), row("B")], rules())
    assert reasons(found) == [("TIME_FORMAT", 2)]
    assert found.findings[0].value == text


def test_cells_that_are_read_as_empty_are_counted_in_one_order(tmp_path: Path) -> None:
    texts = ["Pendiente"] * 3 + ["En trámite", "0", "N/A", "PENDIENTE"]
    rows = [row(f"A-{n}", closed=text) for n, text in enumerate(texts)]
    found = delivered(tmp_path, rows, rules())
    assert said_of_words(found) == [
        f"{CLOSED}: 1 cell says 0: read as empty",
        f"{CLOSED}: 1 cell says En trámite: read as empty",
        f"{CLOSED}: 1 cell says N/A: read as empty",
        f"{CLOSED}: 1 cell says PENDIENTE: read as empty",
        f"{CLOSED}: 3 cells say Pendiente: read as empty",
    ]
    again = delivered(tmp_path, rows[::-1], rules(WORDS[::-1]))
    assert said_of_words(again) == said_of_words(found)
    assert f"  {CLOSED}: 3 cells say Pendiente: read as empty" in report(found)


def test_a_cell_that_two_dates_are_read_from_is_counted_once(tmp_path: Path) -> None:
    rule = {"column": CLOSED, "formats": FORMATS, "empty": ["Pendiente"]}
    times = {"created_at": {"column": CREATED, "formats": FORMATS}}
    both = mapping(times={**times, "responded_at": rule, "closed_at": rule})
    found = delivered(tmp_path, [row("A", closed="Pendiente"), row("B")], both)
    assert open_cases(found) == ["A"]
    assert said_of_words(found) == [f"{CLOSED}: 1 cell says Pendiente: read as empty"]


def test_a_word_is_of_the_date_that_names_it(tmp_path: Path) -> None:
    rule = {"column": CLOSED, "formats": FORMATS}
    times = {"created_at": {"column": CREATED, "formats": FORMATS}}
    one = mapping(times={**times, "responded_at": {**rule, "empty": WORDS}, "closed_at": rule})
    assert reasons(delivered(tmp_path, [row("A", closed="Pendiente")], one)) == [("TIME_FORMAT", 2)]


def test_a_creation_that_is_a_word_is_missing(tmp_path: Path) -> None:
    rule = {"column": CREATED, "formats": FORMATS, "empty": ["Sin radicar"]}
    found = delivered(
        tmp_path, [row("A", created="sin radicar"), row("B")], mapping(times={"created_at": rule})
    )
    assert [(item.reason, item.column, item.value) for item in found.findings] == [
        ("TIME_MISSING", CREATED, "")
    ]
    assert said_of_words(found) == [f"{CREATED}: 1 cell says sin radicar: read as empty"]


def test_words_in_other_columns_stay_what_they_are(tmp_path: Path) -> None:
    """Texts of citizens, numbers, and an answer that shares its column with its date."""
    known = rules().model_dump()
    shared = CsvMapping.model_validate(
        {**known, "answer": {"column": CLOSED}, "key": ["Radicado", CLOSED]}
    )
    found = delivered(tmp_path, [row("0", text="Pendiente", closed="Pendiente")], shared)
    assert names(found) == ["0 / Pendiente"]
    assert (found.cases[0].text, found.cases[0].answer) == ("Pendiente", "Pendiente")
    assert open_cases(found) == names(found)


def test_a_date_is_never_taken_for_a_word_that_has_its_figures(tmp_path: Path) -> None:
    found = delivered(tmp_path, [row("A", closed="10/03/2025")], rules(["10 03 2025"]))
    assert not open_cases(found)


@pytest.mark.parametrize(
    ("text", "formats"),
    [("0", ["excel"]), ("01/01/1900", FORMATS), ("31/12/9999", FORMATS)],
)
def test_a_date_that_no_case_has_may_stand_for_none(
    tmp_path: Path, text: str, formats: list[str]
) -> None:
    rows = [row("A", closed=text)]
    assert reasons(delivered(tmp_path, rows, rules([], formats=formats))) == [
        ("TIME_OUT_OF_RANGE", 2)
    ]
    assert open_cases(delivered(tmp_path, rows, rules([text], formats=formats))) == ["A"]


def test_words_do_not_hide_that_every_time_is_midnight(tmp_path: Path) -> None:
    rows = [row("A", closed="10/03/2025 00:00"), row("B", closed="Pendiente")]
    found = delivered(tmp_path, rows, rules())
    assert f"register.csv: {CLOSED}: every time is midnight: read as days" in found.notes
    assert found.cases[0].dates.closed is not None
    assert found.cases[0].dates.closed.is_day


TIMED = HEADER.replace(CLOSED, f"{CLOSED};Hora")


@pytest.mark.parametrize(
    ("cells", "closing"),
    [
        ("Pendiente;", ""), ("Pendiente;Pendiente", ""), ("pendiente;08:00", ""),
        (";Pendiente", ""), ("00/00/0000;00:00", ""), ("10/03/2025;00:00", "2025-03-10 00:00:00"),
        ("10/03/2025;Pendiente", "2025-03-10 23:59:59"),
    ],
)  # fmt: skip
def test_a_word_stands_for_a_date_and_its_time(tmp_path: Path, cells: str, closing: str) -> None:
    rule = {"column": CLOSED, "time_column": "Hora", "formats": FORMATS}
    words = ["Pendiente", "00/00/0000", "00:00"]
    times = {"created_at": {"column": CREATED, "formats": FORMATS}}
    timed = mapping(times={**times, "closed_at": {**rule, "empty": words}})
    rows = [row("A", closed=cells), row("B", closed="11/03/2025;10:30")]
    found = delivered(tmp_path, "\n".join([TIMED, *rows]).encode(), timed)
    assert not found.findings
    closed = found.cases[0].dates.closed
    assert (closed.end.strftime("%Y-%m-%d %H:%M:%S") if closed else "") == closing


def test_words_and_zeros_of_a_workbook_are_empty(tmp_path: Path) -> None:
    """Excel shows a zero as 00/01/1900 in a cell that is formatted as a date."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(";"))
    for number, closing in enumerate((date(2025, 3, 10), "PENDIENTE", 0, 0)):
        created = datetime(2025, 3, 3, 9, 12)
        sheet.append([f"A-{number}", created, "Chat", "Queja", "Cali", "Ruido", closing])
    sheet["G5"].number_format = "dd/mm/yyyy"
    out = io.BytesIO()
    book.save(out)
    words = rules(["Pendiente", "0", "00:00:00"])
    found = delivered(tmp_path, out.getvalue(), words, name="register.xlsx")
    assert not found.findings
    assert open_cases(found) == ["A-1", "A-2", "A-3"]


def test_a_mapping_without_words_is_the_same_delivery_as_before(tmp_path: Path) -> None:
    rows = ["A;03/03/2025 09:12;Chat;Queja;Cali;Ruido;10/03/2025 10:00"]
    before = "c717b72a43e82dcebb7620657927f4f8834048588d676fd3dd4e9d680daa4d4a"
    assert "empty" not in mapping().model_dump_json()
    assert delivered(tmp_path, rows).sha256() == before
    assert delivered(tmp_path, rows, rules([])).sha256() == before
    assert delivered(tmp_path, rows, rules(["Pendiente"])).sha256() != before
