"""Names of municipalities and departments as people write them, and how each was recognised."""

from pathlib import Path

import pytest

from orchestration.ingest.places import load_places
from orchestration.settings import PROJECT_ROOT
from tests.unit.ingest.check import check
from tests.unit.ingest.delivering import HEADER, mapping, row

NAMES = [
    ("05001", "", "05001", "code"),
    ("5001", "", "05001", "code"),
    ("88", "5", "05088", "code"),
    ("001", "05", "05001", "code"),
    ("1", "Antioquia", "05001", "code"),
    ("1", "Bogotá D.C.", "11001", "code"),
    ("05001 - Medellín", "", "05001", "code and name"),
    ("05001 - Medellín", "Antioquia", "05001", "code and name"),
    ("05001", "05 - Antioquia", "05001", "code"),
    ("Medellín - Antioquia", "Antioquia", "05001", "name and department"),
    ("11001", "Cundinamarca", "11001", "code"),
    ("Bogotá", "Cundinamarca", "11001", "name"),
    ("BOGOTA D.C.", "", "11001", "name"),
    ("Bogotá, D.C.", "Bogotá D.C.", "11001", "name"),
    ("Santafé de Bogotá", "", "11001", "common name"),
    ("Cartagena de Indias, D.T. y C.", "", "13001", "name"),
    ("Cartagena", "Bolívar", "13001", "common name"),
    ("Santa Marta D.T.C.H.", "", "47001", "common name"),
    ("Barranquilla D.E.I.P.", "", "08001", "name"),
    ("Cúcuta", "N. de Santander", "54001", "common name"),
    ("Cali", "Valle", "76001", "name"),
    ("San Andrés", "San Andrés Islas", "88001", "name"),
    ("Riohacha", "Guajira", "44001", "name"),
    ("Rionegro (Antioquia)", "", "05615", "name and department"),
    ("Rionegro - Santander", "", "68615", "name and department"),
    ("Rionegro", "Santander", "68615", "name"),
    ("Rionegro", "68", "68615", "name"),
    ("Armenia", "", "63001", "capital of that name"),
    ("Rafael Reyes", "", "25599", "common name"),
    ("Salahonda", "", "52520", "common name"),
    ("Villa de Leiva", "", "15407", "common name"),
    ("San Vicente", "Caquetá", "18753", "common name"),
]
UNCLEAR = [
    ("San Vicente", "", 3),
    ("Candelaria", "", 2),
    ("76001 Bogotá", "", 0),
    ("88", "", 0),
    ("999", "05", 0),
    ("001", "Macondo", 0),
    ("Cali", "Macondo", 0),
    ("Cali", "Antioquia", 0),
    ("76001", "Antioquia", 0),
    ("76001 - Cali", "Antioquia", 0),
    ("Cali - Valle", "Antioquia", 0),
    ("05001", "76 - Antioquia", 0),
    ("Medellín, Venezuela", "", 0),
]


@pytest.mark.parametrize(("text", "department", "code", "how"), NAMES)
def test_a_name_as_people_write_it(text: str, department: str, code: str, how: str) -> None:
    found, method = load_places(PROJECT_ROOT).find(text, department)
    assert ([place.geo_code for place in found], method) == ([code], how)


@pytest.mark.parametrize(("text", "department", "count"), UNCLEAR)
def test_a_name_that_is_not_clear_is_not_guessed(text: str, department: str, count: int) -> None:
    assert len(load_places(PROJECT_ROOT).find(text, department)[0]) == count


def said_of(folder: Path, *places: tuple[str, str]) -> str:
    """What `--check` says of rows with these municipalities and departments, each of a column."""
    path = folder / "register.csv"
    rows = [f"{row(f'A-{n}', place=code)};{named}" for n, (code, named) in enumerate(places)]
    path.write_text("\n".join([f"{HEADER};Departamento", *rows]), encoding="utf-8")
    fields = mapping().model_dump()["fields"] | {"geo_code": {"column": "Municipio"}}
    code, printed, _ = check(path, fields=fields, department={"column": "Departamento"})
    assert code == 0
    return printed


def test_a_code_within_a_department_of_its_own_column_is_read(tmp_path: Path) -> None:
    printed = said_of(tmp_path, ("88", "5"), ("001", "76"))
    assert "municipality by code: 2 rows: 001 = 76001 Cali (1); 88 = 05088 Bello (1)" in printed


def test_the_report_says_how_each_name_was_recognised(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    places = ["Cali", "Cúcuta", "Rionegro (Antioquia)", "76001", "Armenia", ""]
    rows = [row(f"A-{number}", place=name) for number, name in enumerate(places)]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    exit_code, printed, _ = check(path)
    assert exit_code == 0
    for said in (
        "by values of the mapping: 1 row: Cali (1)",
        "by common name: 1 row: Cúcuta = 54001 San José de Cúcuta (1)",
        "by name and department: 1 row: Rionegro (Antioquia) = 05615 Rionegro (1)",
        "by code: 1 row: 76001 = 76001 Cali (1)",
        "by capital of that name: 1 row: Armenia (1)",
        "by default of the mapping, the cell is empty: 1 row: (empty) = 11001 Bogotá, D.C. (1)",
    ):
        assert said in printed


def test_a_department_that_is_none_is_named_rather_than_the_municipality(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"{HEADER};Departamento\n{row('A')};Macondo", encoding="utf-8")
    _, printed, _ = check(path, department={"column": "Departamento"})
    assert "UNKNOWN_GEO  register.csv:2  Departamento: 'Macondo'" in printed


def test_a_code_of_another_department_than_that_of_the_row_is_set_aside(tmp_path: Path) -> None:
    printed = said_of(tmp_path, ("05001", "Antioquia"), ("76001", "Antioquia"))
    assert "1 case made + 0 merged + 1 in quarantine (UNKNOWN_GEO 1)" in printed
    assert (
        "UNKNOWN_GEO  register.csv:3  Municipio: '76001'; accepted: a municipality of 'Antioquia'"
        " (Departamento); 76001 is Cali, Valle del Cauca: correct one of the two"
    ) in printed


def test_a_code_that_the_mapping_gives_for_a_cell_stands(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"{HEADER};Departamento\n{row('A', place='')};Antioquia", encoding="utf-8")
    _, printed, _ = check(path, department={"column": "Departamento"})
    assert "1 case made" in printed
