"""The office that a register names holds the case, so that the report by office is its own."""

import json
from pathlib import Path

from orchestration.ingest.life import events
from orchestration.ingest.mapping import load_mapping
from orchestration.ingest.prepare import Prepared
from tests.unit.ingest.check import run
from tests.unit.ingest.delivering import HEADER, delivered, mapping, reasons, row

HEAD = f"{HEADER};Dependencia"


def register(*offices: str) -> str:
    return "\n".join([HEAD, *(row(f"A-{n}") + f";{name}" for n, name in enumerate(offices))])


def offices(prepared: Prepared) -> list[list[str]]:
    """The offices that the events of each case name."""
    lives = [[json.loads(event.line)["data"] for event in events(c)] for c in prepared.cases]
    return [[d["dependencia_id"] for d in life if "dependencia_id" in d] for life in lives]


def test_an_office_is_known_by_its_id_by_its_name_or_by_values(tmp_path: Path) -> None:
    rule = {"column": "Dependencia", "values": {"Vías": "DEP-03"}}
    body = register("DEP-01", "SECRETARIA DE SALUD", "Vías", "").encode()
    found = delivered(tmp_path, body, mapping(dependencia=rule))
    assert reasons(found) == []
    assert offices(found) == [["DEP-01"], ["DEP-01"], ["DEP-03"], []]


def test_an_office_that_the_list_lacks_is_named(tmp_path: Path) -> None:
    rule = {"column": "Dependencia"}
    found = delivered(tmp_path, register("Jurídica").encode(), mapping(dependencia=rule))
    assert reasons(found) == [("UNKNOWN_OFFICE", 2)]
    assert found.findings[0].value == "Jurídica"
    assert "seeds/dim_dependencia.csv" in found.findings[0].accepted


def proposed(folder: Path, body: str) -> str:
    (folder / "register.csv").write_text(body, encoding="utf-8")
    code, printed, refused = run("ingest", "--check", str(folder / "register.csv"))
    assert code == 0, refused
    return printed


def test_a_column_of_known_offices_is_proposed(tmp_path: Path) -> None:
    body = register("Secretaría de Salud", "DEP-02", "")
    (tmp_path / "proposed.yaml").write_text(proposed(tmp_path, body), encoding="utf-8")
    found = delivered(tmp_path, body.encode(), load_mapping(tmp_path / "proposed.yaml"))
    assert offices(found) == [["DEP-01"], ["DEP-02"], []]


def test_offices_that_the_list_lacks_are_asked_for_and_not_proposed(tmp_path: Path) -> None:
    printed = proposed(tmp_path, register("Secretaría de Salud", "Jurídica"))
    assert "\ndependencia:" not in printed
    asked = [line for line in printed.splitlines() if "seeds/dim_dependencia.csv" in line]
    assert len(asked) == 1
    assert "Jurídica" in asked[0]
    assert "Salud" not in asked[0]


def test_a_mapping_without_offices_is_written_as_before() -> None:
    assert "dependencia" not in mapping().model_dump_json()
