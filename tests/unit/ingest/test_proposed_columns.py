"""Which columns `pqr ingest --check` proposes where several are named like a field."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.ingest.check import run

# Columns in the order of the file; one that is empty here holds a date.
RIGHT = {
    "Radicado": "2025-{n}", "Fecha de radicación": "", "Fecha de cierre": "", "Canal": "Web",
    "Tipo": "Queja", "Municipio": "Cali", "Asunto": "Ruido en la calle",
}  # fmt: skip


def proposed(folder: Path, columns: dict[str, str]) -> dict[str, Any]:
    """The mapping proposed for 20 rows of these columns."""
    lines = [";".join(columns)]
    for n in range(20):
        day = f"{date(2025, 3, 10) + timedelta(n):%d/%m/%Y}"
        lines.append(";".join(text.format(n=1000 + n) or day for text in columns.values()))
    path = folder / "register.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    code, printed, refused = run("ingest", "--check", str(path))
    assert code == 0, refused
    content: dict[str, Any] = yaml.safe_load(printed)
    return content


def columns_of(content: dict[str, Any]) -> dict[str, str]:
    """Field to column, as proposed."""
    rules = {**content["fields"], **content["times"]}
    rules |= {name: content[name] for name in ("text", "answer", "outcome") if name in content}
    return {name: rule["column"] for name, rule in rules.items() if "column" in rule}


# A column that stands before all others, what it holds, and the field that it is not.
NOT_THAT = {
    "type of a document": ("Tipo de documento", "CC", "pqrs_type", "Tipo"),
    "number of a document": ("Número de identificación", "79{n}", "external_id", "Radicado"),
    "number of the answer": ("Radicado de respuesta", "S-{n}", "external_id", "Radicado"),
    "medium of the answer": ("Medio de respuesta", "Correo electrónico", "answer", None),
    "yes or no": ("Requiere respuesta", "Sí", "answer", None),
    "yes or no in the column of answers": ("Respuesta", "Sí", "answer", None),
    "days to the answer": ("Días de respuesta", "12", "answer", None),
    "day of the facts": ("Fecha de los hechos", "", "created_at", "Fecha de radicación"),
    "due day": ("Fecha de respuesta esperada", "", "closed_at", "Fecha de cierre"),
    "due day of the closing": ("Fecha de cierre estimada", "", "closed_at", "Fecha de cierre"),
    "name of the citizen": ("Nombre del peticionario", "Ana Gil", "text", "Asunto"),
}


@pytest.mark.parametrize("name", NOT_THAT)
def test_a_name_that_resembles_that_of_a_field_is_not_taken_for_it(
    tmp_path: Path, name: str
) -> None:
    column, cells, field, right = NOT_THAT[name]
    found = columns_of(proposed(tmp_path, {column: cells, **RIGHT}))
    assert found.get(field) == right


@pytest.mark.parametrize(
    ("field", "other", "right"),
    [
        ("pqrs_type", "Tipo de requerimiento", {"Tipo de requerimiento": "Queja"}),
        ("external_id", "N.º de radicación", {"N.º de radicación": "2025-{n}"}),
        ("external_id", "Código de queja", {"Código de queja": "7{n}"}),
        ("created_at", "Fecha registro", {"Fecha registro": ""}),
        ("closed_at", "Fecha de finalización", {"Fecha de finalización": ""}),
        ("outcome", "Estado actual", {"Estado actual": "Trasladado por competencia"}),
        ("created_at", "Marca temporal", {"Marca temporal": ""}),
        ("created_at", "Fecha y hora de radicación", {"Fecha y hora de radicación": ""}),
        ("closed_at", "Fecha y hora de respuesta", {"Fecha y hora de respuesta": ""}),
        ("closed_at", "FECHA_HORA_CIERRE", {"FECHA_HORA_CIERRE": ""}),
        ("closed_at", "fechaCierre", {"fechaCierre": ""}),
        ("text", "Describa su solicitud", {"Describa su solicitud": "Ruido en la calle"}),
        ("text", "Detalle", {"Detalle": "Ruido en la calle"}),
    ],
)
def test_of_several_columns_that_which_holds_the_field_is_taken(
    tmp_path: Path, field: str, other: str, right: dict[str, str]
) -> None:
    instead = {"pqrs_type": "Tipo", "external_id": "Radicado", "created_at": "Fecha de radicación",
               "closed_at": "Fecha de cierre", "text": "Asunto"}.get(field)  # fmt: skip
    unlike = {
        "Tipo de persona": "Natural", "Número de documento": "79{n}", "Fecha de nacimiento": "",
        "Fecha límite de respuesta": "", "Fecha de respuesta máxima": "", "Estado civil": "Soltero",
        "Nombre peticionario": "Ana Gil",
    }  # fmt: skip
    rest = {name: cells for name, cells in RIGHT.items() if name != instead}
    assert columns_of(proposed(tmp_path, {**unlike, **rest, **right}))[field] == other


def test_without_a_column_of_closings_a_due_day_is_not_proposed(tmp_path: Path) -> None:
    columns = {name: cells for name, cells in RIGHT.items() if name != "Fecha de cierre"}
    found = proposed(tmp_path, {**columns, "Fecha de respuesta máxima": ""})
    assert "closed_at" not in found["times"]


@pytest.mark.parametrize(
    ("channel", "value"),
    [
        ("En línea", "webform"), ("Ventanilla virtual", "webform"), ("Internet", "webform"),
        ("Ventanilla", "in_person"), ("Oficinas", "in_person"), ("Personal", "in_person"),
        ("Chat en línea", "chat"), ("WhatsApp", "chat"), ("Línea gratuita", "call"),
        ("E-MAIL", "email"), ("Mail", "email"), ("Correo certificado", "postal"),
    ],
)  # fmt: skip
def test_a_channel_is_proposed_by_all_of_its_words(
    tmp_path: Path, channel: str, value: str
) -> None:
    found = proposed(tmp_path, {**RIGHT, "Canal": channel})
    assert found["fields"]["source_channel"]["values"] == {channel: value}


@pytest.mark.parametrize("place", ["Ciudad Bolívar", "San Cristóbal"])
def test_a_district_of_a_city_is_not_taken_for_a_municipality_of_its_name(
    tmp_path: Path, place: str
) -> None:
    columns = {name: cells for name, cells in RIGHT.items() if name != "Municipio"}
    found = proposed(tmp_path, {**columns, "Localidad": place})
    assert found["fields"]["geo_code"] == {"constant": "11001"}


def test_month_first_is_seen_where_days_above_12_come_late(tmp_path: Path) -> None:
    clocks = [f"{n // 60:02}:{n % 60:02}" for n in range(720)]
    moments = [f"{day} {clock}" for day in ("01/05/2025", "01/20/2025") for clock in clocks]
    rows = [f"A-{n};{at};Web;Queja;Cali;Ruido" for n, at in enumerate(moments)]
    path = tmp_path / "register.csv"
    path.write_text("\n".join(["Radicado;Fecha;Canal;Tipo;Municipio;Asunto", *rows]), "utf-8")
    content = yaml.safe_load(run("ingest", "--check", str(path))[1])
    assert json.dumps(content["times"]["created_at"]["formats"]) == '["%m/%d/%Y %H:%M"]'


def test_a_date_of_answer_beside_one_of_closing_is_proposed_as_what_it_is(tmp_path: Path) -> None:
    found = columns_of(proposed(tmp_path, {**RIGHT, "Fecha de respuesta": ""}))
    assert (found["responded_at"], found["closed_at"]) == ("Fecha de respuesta", "Fecha de cierre")


@pytest.mark.parametrize("other", ["Fecha de respuesta parcial", "Fecha límite de respuesta"])
def test_a_date_that_is_named_like_one_of_answers_is_not_taken_for_it(
    tmp_path: Path, other: str
) -> None:
    assert "responded_at" not in columns_of(proposed(tmp_path, {**RIGHT, other: ""}))


def test_the_only_date_of_answer_closes_the_case(tmp_path: Path) -> None:
    columns = {name: cells for name, cells in RIGHT.items() if name != "Fecha de cierre"}
    more = {"Fecha de respuesta": "", "Fecha de respuesta definitiva": ""}
    found = columns_of(proposed(tmp_path, {**columns, **more}))
    assert found["closed_at"] == "Fecha de respuesta"
    assert "responded_at" not in found


def test_a_header_with_a_column_without_a_name_is_found(tmp_path: Path) -> None:
    found = columns_of(proposed(tmp_path, {**RIGHT, "": "Sí"}))
    assert found["external_id"] == "Radicado"


def test_a_total_asks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    head, cells = ";".join(RIGHT), "A-{};0{}/03/2025;;Web;Queja;Cali;Ruido"
    rows = [cells.format(n, n) for n in range(1, 6)]
    path.write_text("\n".join([head, *rows, "Suma;5;;;;;", ";;;;;Total general;5"]), "utf-8")
    printed = run("ingest", "--check", str(path))[1]
    assert "Total general" not in printed
    assert "'5'" not in printed


def test_numbers_that_a_spreadsheet_rounded_are_still_those_of_the_cases(tmp_path: Path) -> None:
    rounded = proposed(tmp_path, {**RIGHT, "Radicado": "2,02501E+11"})
    assert rounded["key"] == ["Radicado"]


def test_columns_of_one_name_are_asked_about(tmp_path: Path) -> None:
    """Below groups, Recepción and Trámite, both columns may be named Fecha."""
    path = tmp_path / "register.csv"
    head = "Radicado;Fecha;Canal;Tipo;Municipio;Fecha;;"
    rows = [f"A-{n};0{n}/03/2025;Web;Queja;Cali;1{n}/03/2025;;" for n in range(1, 7)]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    code, printed, refused = run("ingest", "--check", str(path))
    assert code == 0, refused
    said = [line for line in printed.splitlines() if "columns are named" in line]
    assert len(said) == 1
    assert said[0].startswith("# open: 2 columns are named 'Fecha', and only the last one")
