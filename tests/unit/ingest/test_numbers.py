"""The numbers of cases: what is none, which look alike, and which case a refused row is of."""

from pathlib import Path

import pytest

from orchestration.ingest.report import report
from tests.unit.ingest.delivering import delivered, mapping, row


@pytest.mark.parametrize(
    "number",
    ["S/N", "s/n", "Sin radicado", "SIN NÚMERO", "Por asignar", "Pendiente", "########", "#REF!",
     "#¡REF!", "#DIV/0!", "#NAME?", "#N/D", "N/A", "-"],
)  # fmt: skip
def test_what_stands_for_a_missing_number_is_none(tmp_path: Path, number: str) -> None:
    prepared = delivered(tmp_path, [row(number), row(number, text="Otro"), row("A-1")])
    assert [(item.reason, item.line) for item in prepared.findings] == [
        ("KEY_EMPTY", 2),
        ("KEY_EMPTY", 3),
    ]
    assert prepared.reader is not None
    assert prepared.reader.nameless == ["register.csv:2", "register.csv:3"]


@pytest.mark.parametrize("number", ["1-may", "01-ene", "may-25", "12-sept", "Abr-24"])
def test_a_date_that_excel_made_of_a_number_is_none(tmp_path: Path, number: str) -> None:
    (found,) = delivered(tmp_path, [row(number), row("A-1")]).findings
    assert (found.reason, found.column, found.value) == ("KEY_IS_DATE", "Radicado", number)


@pytest.mark.parametrize(
    "number",
    ["SN-12", "PQRS-0012", "2025-may-001", "MAY", "MAR-12", "Q#12", "1-2025", "R.12", "S/N-4"],
)
def test_numbers_that_look_odd_are_numbers(tmp_path: Path, number: str) -> None:
    assert delivered(tmp_path, [row(number)]).findings == []


def test_numbers_that_look_alike_are_other_cases_and_named(tmp_path: Path) -> None:
    rows = [row("ABC-1"), row("abc-1", closed=""), row("0012"), row("12"), row("13")]
    prepared = delivered(tmp_path, rows)
    assert prepared.account.cases == 5
    assert (
        "numbers that differ in capital letters or leading zeros are different cases: ABC-1"
        " (register.csv:2) and abc-1 (register.csv:3), 0012 (register.csv:4) and 12"
        " (register.csv:5)"
    ) in "\n".join(report(prepared))


@pytest.mark.parametrize(
    ("wrong", "has_number"),
    [
        (row("A-1", closed="31/02/2025"), True),
        (row("A-1", place="Narnia"), True),
        (row("A-1", text="petici\x00n"), True),
        (row("A-1", text="peticiÃ³n"), True),
        (row('="A-1"', text="peticiÃ³n"), True),
        (row("'A-1", text="petici\x00n"), True),
        (row("A\x00-1"), False),
        (row("", text="peticiÃ³n"), False),
        (row("S/N", text="peticiÃ³n"), False),
        (row(""), False),
        (row("2,0251E+14"), False),
        (row("A-1") + ";más", False),
    ],
)
def test_a_refused_row_names_its_case_where_its_number_can_be_read(
    tmp_path: Path, wrong: str, has_number: bool
) -> None:
    (case,) = delivered(tmp_path, [row("A-1")]).cases
    reader = delivered(tmp_path, [wrong, row("A-2")]).reader
    assert reader is not None
    assert reader.named_aside == ({case.ticket} if has_number else set())
    assert reader.nameless == ([] if has_number else ["register.csv:2"])


def test_a_damaged_cell_is_shown_with_its_column(tmp_path: Path) -> None:
    found = delivered(tmp_path, [row("A", text="a\x00b"), row("B", place="BogotÃ¡")]).findings
    assert [(item.reason, item.column) for item in found] == [
        ("CONTROL_CHARACTER", "Asunto"),
        ("WRONG_ENCODING", "Municipio"),
    ]


def test_an_answer_without_a_date_is_named(tmp_path: Path) -> None:
    rules = mapping(answer={"column": "Asunto"})
    prepared = delivered(tmp_path, [row("A", closed=""), row("B")], rules)
    assert (
        "1 answer without a date: the case stays open, and the text is not taken: A"
        " (register.csv:2)"
    ) in "\n".join(report(prepared))


def test_an_empty_cell_is_said_to_be_empty(tmp_path: Path) -> None:
    assert "UNKNOWN_PQRS_TYPE  (empty) (1)" in "\n".join(
        report(delivered(tmp_path, [row("A", type=""), row("B")]))
    )
