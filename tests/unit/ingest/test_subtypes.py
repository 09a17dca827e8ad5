"""Subtypes have terms of their own in the law: none is passed over, and none is made up."""

from pathlib import Path

import pytest
import yaml

from orchestration.ingest.mapping import CsvMapping, load_mapping
from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import HEADER, delivered, mapping, reasons, row

TYPES = {
    "Petición de información": "informacion",
    "Petición de documentos": "informacion",
    "Consulta": "consulta",
    "Derecho de petición": "general",
    "Queja": "general",
    "Reclamo por falta de información": "general",
}


def proposed(folder: Path, header: str, rows: list[str]) -> Path:
    (folder / "register.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    code, printed, refused = run("ingest", "--check", str(folder / "register.csv"))
    assert code == 0, refused
    path = folder / "proposed.yaml"
    path.write_text(printed, encoding="utf-8")
    return path


def with_subtype(**rule: object) -> CsvMapping:
    return mapping(fields={**mapping().fields.model_dump(), "subtype": rule})


def test_the_kinds_of_petitions_with_a_term_of_their_own_are_proposed(tmp_path: Path) -> None:
    rows = [row(f"A-{n}", type=kind) for n, kind in enumerate(TYPES)]
    path = proposed(tmp_path, HEADER, rows)
    found = delivered(tmp_path, rows, load_mapping(path))
    assert reasons(found) == []
    assert [case.data["subtype"] for case in found.cases] == list(TYPES.values())


def test_a_column_of_subtypes_goes_before_that_of_types(tmp_path: Path) -> None:
    kinds = {"Consulta": "consulta", "Interés particular": "general", "": "general"}
    rows = [row(f"A-{n}", type="Petición") + f";{kind}" for n, kind in enumerate(kinds)]
    path = proposed(tmp_path, f"{HEADER};Subtipo", rows)
    body = "\n".join([f"{HEADER};Subtipo", *rows]).encode()
    found = delivered(tmp_path, body, load_mapping(path))
    assert reasons(found) == []
    assert [case.data["subtype"] for case in found.cases] == list(kinds.values())


def test_no_subtype_is_proposed_where_no_value_names_one(tmp_path: Path) -> None:
    path = proposed(tmp_path, HEADER, [row("A-1"), row("A-2", type="Derecho de petición")])
    assert "subtype" not in yaml.safe_load(path.read_text(encoding="utf-8"))["fields"]


@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        ({"column": "Tipo"}, "Queja", "general, informacion, consulta"),
        ({"column": "Tipo", "values": {"Queja": "consultas"}}, "Queja", "makes 'consultas'"),
        ({"constant": "documentos"}, "documentos", "general, informacion, consulta"),
    ],
)
def test_a_subtype_without_a_term_is_named_and_set_aside(
    tmp_path: Path, rule: dict[str, object], value: str, said: str
) -> None:
    found = delivered(tmp_path, [row("A-1")], with_subtype(**rule))
    assert reasons(found) == [("UNKNOWN_SUBTYPE", 2)]
    assert found.findings[0].value == value
    assert said in found.findings[0].accepted


def test_an_empty_cell_is_told_how_to_be_filled(tmp_path: Path) -> None:
    place = {"column": "Municipio"}
    rules = mapping(fields={**mapping().fields.model_dump(), "geo_code": place})
    found = delivered(tmp_path, [row("A-1", place="")], rules)
    assert reasons(found) == [("UNKNOWN_GEO", 2)]
    assert "`default`" in found.findings[0].accepted
