"""Folders of files: which row of a number is the later one, and what is said of the others."""

import os
from pathlib import Path

import pytest

from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import HEADER, row
from tests.unit.ingest.kinds_of_files import DETECTED


def folder(path: Path, files: dict[str, list[str]]) -> Path:
    path = path / "delivered"
    path.mkdir()
    for name, rows in files.items():
        (path / name).write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "names",
    [
        ("2.csv", "10.csv"), ("PQRS 9.csv", "PQRS 10.csv"), ("enero.csv", "abril.csv"),
        ("PQRS_MARZO_2025.csv", "PQRS_ABRIL_2025.csv"), ("2025-ene.csv", "2025-abr.csv"),
        ("pqrs diciembre de 2024.csv", "pqrs enero de 2025.csv"), ("dic-2024.csv", "Ene-2025.csv"),
        # No months: parts of other words.
        ("alcaldia abierta.csv", "alcaldia eneros.csv"),
    ],
)  # fmt: skip
def test_files_are_read_in_the_order_in_which_people_count(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    first, second = names
    path = folder(tmp_path, {first: [row("A", closed="")], second: [row("A"), row("B")]})
    code, printed, _ = check(path, **DETECTED)
    assert code == 0
    assert f"merged: {first}:2 into {second}:2  'A'" in printed
    assert "closed in a row before" not in printed


def test_a_closing_that_a_later_row_lacks_is_said(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": [row("A"), row("B")], "b.csv": [row("A", closed="")]})
    code, printed, _ = check(path, **DETECTED)
    assert code == 0
    assert "closed in a row before, open in the row that counts: A (a.csv:2)" in printed


@pytest.mark.parametrize(
    ("first", "second", "is_said"),
    [
        ("20/03/2025 10:00", "10/03/2025 10:00", True), ("20/03/2025", "10/03/2025", True),
        ("10/03/2025 10:00", "20/03/2025 10:00", False), ("10/03/2025 10:00", "10/03/2025", False),
        ("", "10/03/2025", False),
    ],
)  # fmt: skip
def test_a_closing_after_that_of_the_row_that_counts_is_said(
    tmp_path: Path, first: str, second: str, is_said: bool
) -> None:
    """A register with the newest rows first: the older state of the case is what counts."""
    path = folder(tmp_path, {"a.csv": [row("A", closed=first), row("A", closed=second)]})
    code, printed, _ = check(path, **DETECTED)
    assert code == 0
    said = "closed later in a row before than in the row that counts: A (a.csv:2)"
    assert (said in printed) is is_said


ANSWERED = {
    "times": {
        "created_at": {"column": "Fecha de radicación", "formats": ("%d/%m/%Y %H:%M",)},
        "responded_at": {"column": "Fecha de respuesta", "formats": ("%d/%m/%Y %H:%M",)},
    }
}


def test_an_answer_that_a_later_row_lacks_is_said(tmp_path: Path) -> None:
    """Whichever of the rows before has it, and not where the later row has it too."""
    rows = [row("A"), row("A", closed=""), row("A", closed=""), row("B", closed=""), row("B")]
    path = folder(tmp_path, {"a.csv": rows})
    code, printed, _ = check(path, **ANSWERED)
    assert code == 0
    said = "answered in a row before, without that date in the row that counts: A (a.csv:2)\n"
    assert said in printed
    assert "closed in a row before" not in printed


def test_a_text_that_a_later_row_lacks_is_said(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": [row("A"), row("A", text=""), row("B"), row("B")]})
    code, printed, _ = check(path)
    assert code == 0
    said = "with a text in a row before, without it in the row that counts: A (a.csv:2)\n"
    assert said in printed


def test_a_file_of_other_columns_is_not_said_to_have_another_delimiter(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": [row("A")]})
    (path / "b.csv").write_text("x;y\n1;2\n", encoding="utf-8")
    code, _, refused = check(path, **DETECTED)
    assert code == 2
    assert "b.csv, line 1: COLUMN_MISSING" in refused
    assert "may be separated" not in refused


def test_what_a_program_keeps_in_a_hidden_folder_and_a_link_to_itself_are_not_read(
    tmp_path: Path,
) -> None:
    path = folder(tmp_path, {"a.csv": [row("A")]})
    (path / ".ipynb_checkpoints").mkdir()
    (path / ".ipynb_checkpoints" / "old.csv").write_text(f"{HEADER}\n{row('OLD')}", "utf-8")
    (path / "loop.csv").symlink_to("loop.csv")
    code, printed, refused = check(path, **DETECTED)
    assert code == 0, refused
    assert printed.startswith("1 row = 1 case made")
    assert ".ipynb_checkpoints/old.csv not read: a hidden file" in printed
    assert "loop.csv not read: not a regular file" in printed


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": [row("A")]})
    (path / "march").mkdir(mode=0)
    code, _, refused = check(path, **DETECTED)
    assert (code, refused) == (2, f"{path}/march cannot be read: Permission denied")


def test_a_proposal_can_be_used_whatever_the_cells_hold(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = [row("A", type="x" * 1500, place="y" * 1500), row("B", created="²²/03/2025")]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    code, printed, _ = run("ingest", "--check", str(path))
    assert code == 0
    proposed = tmp_path / "proposed.yaml"
    proposed.write_text(printed, encoding="utf-8")
    _, printed, refused = run("ingest", "--check", str(path), "--mapping", str(proposed))
    assert "UNKNOWN_PQRS_TYPE  register.csv:2" in printed, refused


def test_a_proposal_names_the_files_that_it_does_not_come_from(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": [row("A")], "b.csv": [row("B")]})
    code, printed, _ = run("ingest", "--check", str(path))
    assert code == 0
    assert "# open: proposed from a.csv alone, without b.csv" in printed


def test_days_that_end_before_they_begin_and_a_world_without_a_name_are_refused(
    tmp_path: Path,
) -> None:
    path = folder(tmp_path, {"a.csv": [row("A")]})
    code, _, refused = check(path, "--start", "2025-05-01", "--end", "2025-04-01")
    assert (code, refused) == (2, "--start 2025-05-01 is after --end 2025-04-01")
    code, _, refused = check(path, "--world", " ")
    assert (code, "--world is empty" in refused) == (2, True)


MIXED = [
    "A;03/03/2025;10/03/2025", "B;2025-03-04;11/03/2025", "C;hoy;12/03/2025",
    "D;05/03/2025 10:00;12/03/2025", "E;N/A;13/03/2025",
]  # fmt: skip


@pytest.mark.parametrize("name", ["Fecha de radicación", "Fecha de radicación del caso"])
def test_a_column_named_like_a_time_is_proposed_with_what_cannot_be_read(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "register.csv"
    path.write_text("\n".join([f"Radicado;{name};Fecha de respuesta", *MIXED]), encoding="utf-8")
    code, printed, _ = run("ingest", "--check", str(path))
    assert code == 0
    assert f'created_at: {{column: "{name}", formats: ["%Y-%m-%d"' in printed
    assert 'closed_at: {column: "Fecha de respuesta", formats: ["%d/%m/%Y"]}' in printed
    assert f"# open: {name}: value 'hoy' is read by no format" in printed
    assert "N/A" not in printed


def test_a_header_alone_is_enough_for_the_names_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(HEADER + "\n", encoding="utf-8")
    code, printed, _ = run("ingest", "--check", str(path))
    assert code == 0
    for said in (
        'key: ["Radicado"]', 'created_at: {column: "Fecha de radicación", formats: [\'FORMAT?%\']}',
        'column: "Municipio"', 'text: {column: "Asunto"}', 'column: "Medio de recepción"',
        "# open: Fecha de radicación: no value shows its format: write it",
    ):  # fmt: skip
        assert said in printed
    assert "values:" not in printed


def test_texts_that_look_like_no_date_are_no_time(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = ["A;en trámite;03/03/2025", "B;sin iniciar;04/03/2025", "C;otro;05/03/2025"]
    path.write_text("\n".join(["Radicado;Cerrado;Fecha", *rows]), encoding="utf-8")
    code, printed, _ = run("ingest", "--check", str(path))
    assert code == 0
    assert 'created_at: {column: "Fecha", formats: ["%d/%m/%Y"]}' in printed
    assert "# open: no column of closing dates was found" in printed
