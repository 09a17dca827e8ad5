"""How a case ended, from a column of a register: a transfer is not an answer like the others."""

import json
from pathlib import Path

import yaml

from orchestration.ingest.life import Case, events
from orchestration.ingest.mapping import load_mapping
from orchestration.ingest.prepare import Prepared
from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import HEADER, delivered, mapping, reasons, row

STATES = {
    "Respondido": "ANSWERED",
    "Trasladado por competencia": "TRANSFERRED",
    "Acceso negado": "DENIED",
    "Desistimiento tácito": "WITHDRAWN",
    "": None,
}
HEAD = f"{HEADER};Estado"
RULE = {"column": "Estado", "values": {"Trasladado": "TRANSFERRED", "En trámite": ""}}


def register(*rows: tuple[str, str]) -> str:
    """Rows of state and date of answer."""
    made = [row(f"A-{n}", closed=closed) + f";{state}" for n, (state, closed) in enumerate(rows)]
    return "\n".join([HEAD, *made])


def outcome(case: Case) -> object:
    """That of the event of the answer."""
    found = [json.loads(event.line)["data"] for event in events(case)]
    return next((d.get("outcome") for d in found if d.get("status_to") == "RESPONDED"), "open")


def read(folder: Path, *rows: tuple[str, str]) -> Prepared:
    return delivered(folder, register(*rows).encode(), mapping(outcome=RULE))


def test_a_state_that_tells_how_a_case_ended_is_proposed_and_read(tmp_path: Path) -> None:
    body = register(*((state, "10/03/2025 10:00") for state in STATES), ("En trámite", ""))
    (tmp_path / "register.csv").write_text(body, encoding="utf-8")
    code, printed, refused = run("ingest", "--check", str(tmp_path / "register.csv"))
    assert code == 0, refused
    (tmp_path / "proposed.yaml").write_text(printed, encoding="utf-8")
    found = delivered(tmp_path, body.encode(), load_mapping(tmp_path / "proposed.yaml"))
    assert reasons(found) == []
    assert list(map(outcome, found.cases)) == [*STATES.values(), "open"]


def test_states_that_tell_no_outcome_are_not_proposed(tmp_path: Path) -> None:
    body = register(("Respondido", "10/03/2025 10:00"), ("En trámite", ""))
    (tmp_path / "register.csv").write_text(body, encoding="utf-8")
    _, printed, _ = run("ingest", "--check", str(tmp_path / "register.csv"))
    assert "outcome" not in yaml.safe_load(printed)
    assert "column 'Estado' is not used" in printed


def test_a_state_that_the_mapping_does_not_translate_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, ("Anulado", "10/03/2025 10:00"))
    assert reasons(found) == [("UNKNOWN_OUTCOME", 2)]
    assert found.findings[0].value == "Anulado"
    assert "TRANSFERRED" in found.findings[0].accepted


def test_a_transfer_without_a_date_leaves_the_case_open_and_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, ("Trasladado", ""), ("En trámite", ""))
    assert list(map(outcome, found.cases)) == ["open", "open"]
    said = [note for note in found.notes if "without a date" in note]
    assert len(said) == 1
    assert "A-0 (register.csv:2)" in said[0]
    assert "A-1" not in said[0]


def test_a_mapping_without_an_outcome_is_written_as_before() -> None:
    assert "outcome" not in mapping().model_dump_json()
    assert "outcome" in mapping(outcome=RULE).model_dump_json()


def test_a_move_within_the_entity_and_what_was_not_done_are_no_outcome(tmp_path: Path) -> None:
    states = ("Traslado interno", "Trasladado a otra dependencia", "No desistió")
    others = ("Cierre por no competencia", "Remitido a otra entidad", "Desistido")
    body = register(*((state, "10/03/2025 10:00") for state in (*states, *others)))
    (tmp_path / "register.csv").write_text(body, encoding="utf-8")
    _, printed, _ = run("ingest", "--check", str(tmp_path / "register.csv"))
    found = yaml.safe_load(printed)["outcome"]["values"]
    assert [found[state] for state in states] == ["", "", ""]
    assert [found[state] for state in others] == ["TRANSFERRED", "TRANSFERRED", "WITHDRAWN"]
    for state in states:
        assert f"# open: Estado: '{state}' is no outcome: " in printed


def test_an_end_without_an_outcome_counts_as_answered_and_is_said(tmp_path: Path) -> None:
    closed = "10/03/2025 10:00"
    body = register(("Cancelado", closed), ("", closed), ("Cancelado", ""), ("Respondido", closed))
    path = tmp_path / "register.csv"
    path.write_text(body, encoding="utf-8")
    rule = {"column": "Estado", "values": {"Cancelado": "", "Respondido": "ANSWERED"}}
    code, printed, _ = check(path, outcome=rule)
    assert code == 0
    said = [line for line in printed.splitlines() if "they count as ANSWERED" in line]
    assert len(said) == 1
    assert "2 cases answered or closed without an outcome in Estado" in said[0]
    assert said[0].endswith("A-0 (register.csv:2), A-1 (register.csv:3)")


def test_where_every_end_has_an_outcome_nothing_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, ("Trasladado", "10/03/2025 10:00"), ("En trámite", ""))
    assert not [note for note in found.notes if "count as ANSWERED" in note]
