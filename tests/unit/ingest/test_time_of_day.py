"""A time of day in a column of its own, as registers have it beside the date."""

import io
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path

import openpyxl
import pytest
import yaml

from orchestration.ingest.header import TableError
from orchestration.ingest.prepare import Prepared
from orchestration.wording import counted
from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import delivered, mapping, reasons

HEADER = (
    "Radicado", "Fecha de radicación", "Hora", "Medio de recepción", "Tipo", "Municipio", "Asunto",
    "Fecha de respuesta", "Hora de respuesta",
)  # fmt: skip
DAY_FIRST = ("%d/%m/%Y %I:%M %p", "%d/%m/%Y %H:%M", "%d/%m/%Y")


def rows(*dates: Sequence[object]) -> list[list[object]]:
    """Whole rows with these days and times of creation and of answer."""
    return [
        [f"A-{number}", day, hour, "Chat", "Queja", "Cali", "Hola", *(closing or ("", ""))]
        for number, (day, hour, *closing) in enumerate(dates)
    ]


def table(*dates: Sequence[object]) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in (HEADER, *rows(*dates))).encode()


def judged(folder: Path, content: bytes, *formats: str, name: str = "register.csv") -> Prepared:
    times = {
        "created_at": ("Fecha de radicación", "Hora"),
        "closed_at": ("Fecha de respuesta", "Hora de respuesta"),
    }
    rules = {
        field: {"column": column, "time_column": hour, "formats": formats}
        for field, (column, hour) in times.items()
    }
    return delivered(folder, content, mapping(times=rules), name=name)


@pytest.mark.parametrize(
    ("day", "hour", "form", "instant"),
    [
        ("03/03/2025", "9:12 a. m.", "%d/%m/%Y %I:%M %p", "2025-03-03 09:12"),
        ("03/03/2025", "03:25PM", "%d/%m/%Y %I:%M %p", "2025-03-03 15:25"),
        ("03/03/2025", "12:00 m.", "%d/%m/%Y %I:%M %p", "2025-03-03 12:00"),
        ("03/03/2025", "16:40", "%d/%m/%Y %H:%M", "2025-03-03 16:40"),
        ("2025-03-03 00:00:00.000", "16:40:00", "%Y-%m-%d %H:%M:%S", "2025-03-03 16:40"),
        ("2025-03-03T00:00", "1900-01-01 16:40:00", "%Y-%m-%d %H:%M:%S", "2025-03-03 16:40"),
        ("3 de marzo de 2025", "16:40", "%d de %B de %Y %H:%M", "2025-03-03 16:40"),
        ("45719", "0,3833333", "excel", "2025-03-03 09:12"),
        ("45719", "0.5", "excel", "2025-03-03 12:00"),
    ],
)
def test_date_and_time_are_read_together(
    tmp_path: Path, day: str, hour: str, form: str, instant: str
) -> None:
    found = judged(tmp_path, table((day, hour)), form)
    assert not found.findings
    created = found.cases[0].dates.created
    assert (created.at.strftime("%Y-%m-%d %H:%M"), created.is_day) == (instant, False)


@pytest.mark.parametrize(
    ("day", "form"),
    [("04/03/2025", "%d/%m/%Y"), ("2025-03-04 00:00:00", "%Y-%m-%d %H:%M:%S")],
)
@pytest.mark.parametrize("hour", ["", "N/A"])
def test_a_date_without_its_time_is_a_day(tmp_path: Path, day: str, form: str, hour: str) -> None:
    with_time = day.replace(" 00:00:00", ""), "08:00:00"
    found = judged(tmp_path, table(with_time, (day, hour)), f"{form.split()[0]} %H:%M:%S", form)
    assert not found.findings
    assert [case.dates.created.is_day for case in found.cases] == [False, True]


def test_a_time_without_its_date_is_no_date(tmp_path: Path) -> None:
    found = judged(tmp_path, table(("", "08:00"), ("03/03/2025", "08:00", "", "09:00")), *DAY_FIRST)
    assert reasons(found) == [("TIME_MISSING", 2)]
    assert found.cases[0].dates.closed is None


def test_what_cannot_be_read_is_shown_as_it_was_read(tmp_path: Path) -> None:
    found = judged(tmp_path, table(("03/03/2025", "a la tarde")), *DAY_FIRST)
    ((finding),) = found.findings
    assert (finding.reason, finding.value) == ("TIME_FORMAT", "03/03/2025 a la tarde")
    assert finding.column == "Fecha de radicación"


def test_an_answer_before_its_creation_by_the_hour_is_set_aside(tmp_path: Path) -> None:
    same_day = ("03/03/2025", "10:00", "03/03/2025", "09:00")
    assert reasons(judged(tmp_path, table(same_day), *DAY_FIRST)) == [("CLOSED_BEFORE_CREATED", 2)]


@pytest.mark.parametrize("hour", [time(9, 12), "9:12 a. m.", "09:12"])
def test_the_cells_of_a_workbook_are_read_together(tmp_path: Path, hour: object) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, *rows((date(2025, 3, 3), hour))):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = judged(tmp_path, content.getvalue(), *DAY_FIRST, name="register.xlsx")
    assert not found.findings
    assert found.cases[0].dates.created.at.strftime("%Y-%m-%d %H:%M") == "2025-03-03 09:12"


@pytest.mark.parametrize(
    ("dates", "formats"),
    [
        ([("13/03/2025", "9:12 a. m."), ("14/03/2025", "4:40 p. m.")],
         ["%d/%m/%Y %I:%M %p", "%d/%m/%Y"]),
        ([("2025-03-13 00:00:00", "09:12:00")], ["%Y-%m-%d %H:%M:%S"]),
        ([("45719", "0,3833333")], ["excel"]),
    ],
)  # fmt: skip
def test_a_proposal_finds_the_column_of_the_time(
    tmp_path: Path, dates: list[tuple[str, str]], formats: list[str]
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(table(*dates))
    code, proposed, _ = run("ingest", "--check", str(path), "--source", "webform")
    assert code == 0
    times = yaml.safe_load(proposed)["times"]
    assert times["created_at"] == {
        "column": "Fecha de radicación", "time_column": "Hora", "formats": formats,
    }  # fmt: skip
    assert "'Hora' is not used" not in proposed
    mapped = tmp_path / "mapping.yaml"
    mapped.write_text(proposed, encoding="utf-8")
    code, told, _ = run(
        "ingest", "--check", str(path), "--mapping", str(mapped), "--source", "chat"
    )
    assert (code, f"{counted(len(dates), 'case')} made" in told) == (0, True)


def test_a_delivery_of_before_is_still_known(tmp_path: Path) -> None:
    found = delivered(tmp_path, ["A;03/03/2025 09:12;Chat;Queja;Cali;Ruido;10/03/2025 10:00"])
    assert found.sha256() == ("c717b72a43e82dcebb7620657927f4f8834048588d676fd3dd4e9d680daa4d4a")


def test_a_column_that_is_no_time_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(table(("13/03/2025", "mañana"), ("14/03/2025", "tarde")))
    _, proposed, _ = run("ingest", "--check", str(path), "--source", "webform")
    assert "time_column" not in proposed
    assert "column 'Hora' is not used ('mañana', 'tarde')" in proposed


def test_a_column_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    lines = [b";".join(line.split(b";")[:2] + line.split(b";")[3:]) for line in
             table(("03/03/2025", "10:00")).splitlines()]  # fmt: skip
    with pytest.raises(TableError, match="Hora"):
        judged(tmp_path, b"\n".join(lines), *DAY_FIRST)
