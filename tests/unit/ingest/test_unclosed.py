"""A register that closes no case: its answered ones stay pending, and that is said."""

from pathlib import Path

from orchestration.ingest.mapping import CsvMapping
from tests.unit.ingest.delivering import HEADER, delivered, mapping, row


def rules(*fields: str) -> CsvMapping:
    """The mapping with the date of answer in these fields of `times`."""
    times = mapping().times.model_dump()
    closing = times.pop("closed_at")
    return mapping(times={**times, **dict.fromkeys(fields, closing)})


def said(folder: Path, *fields: str) -> list[str]:
    rows = [row("A-1"), row("A-2", closed="")]
    notes = delivered(folder, rows, rules(*fields)).notes
    return [note for note in notes if "pending" in note]


def test_answers_without_a_column_of_closings_are_said_to_stay_pending(tmp_path: Path) -> None:
    (note,) = said(tmp_path, "responded_at")
    assert note.startswith("1 case answered and none closed")
    assert "map its date to closed_at" in note


def test_answers_that_close_no_case_are_said_to_stay_pending(tmp_path: Path) -> None:
    times = mapping().times.model_dump()
    answer = {**times["closed_at"], "column": "Salida"}
    rows = [row("A-1"), row("A-2", closed="")]
    table = [f"{HEADER};Salida", *(f"{cells};04/03/2025 10:00" for cells in rows)]
    rules = mapping(times={**times, "responded_at": answer})
    notes = delivered(tmp_path, "\n".join(table).encode(), rules).notes
    (note,) = (note for note in notes if "pending" in note)
    assert note.startswith("1 case answered and not closed")


def test_a_register_that_closes_its_cases_needs_no_such_word(tmp_path: Path) -> None:
    assert said(tmp_path, "closed_at") == []
    assert said(tmp_path, "responded_at", "closed_at") == []
