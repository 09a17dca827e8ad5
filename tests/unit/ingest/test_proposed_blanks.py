"""What `pqr ingest --check` says of cells that are empty in a column that a mapping reads."""

from pathlib import Path

import pytest
import yaml

from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import HEADER, row


def register(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "register.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def asked(path: Path) -> list[str]:
    code, printed, refused = run("ingest", "--check", str(path))
    assert code == 0, refused
    return [line.removeprefix("# open: ") for line in printed.splitlines() if "# open" in line]


@pytest.mark.parametrize(("blank", "count"), [("", 1), ("", 2), ("N/A", 2), ("--", 1), ('=""', 1)])
def test_a_proposal_says_what_becomes_of_rows_without_a_municipality(
    tmp_path: Path, blank: str, count: int
) -> None:
    rows = [row(f"A-{n}", place=blank) for n in range(count)]
    path = register(tmp_path, *rows, *[row(f"B-{n}") for n in range(3)])
    have = "1 row has" if count == 1 else f"{count} rows have"
    said = f"Municipio: {have} no municipality: into quarantine as UNKNOWN_GEO, unless a `default`"
    assert sum(line.startswith(said) for line in asked(path)) == 1
    # As it says: with the proposal they are in quarantine, with a default they are not.
    proposed = tmp_path / "proposed.yaml"
    proposed.write_text(run("ingest", "--check", str(path))[1], encoding="utf-8")
    _, printed, _ = run("ingest", "--check", str(path), "--mapping", str(proposed))
    assert f"{count} in quarantine (UNKNOWN_GEO {count})" in printed
    content = yaml.safe_load(proposed.read_text(encoding="utf-8"))
    content["fields"]["geo_code"]["default"] = "11001"
    proposed.write_text(yaml.safe_dump(content), encoding="utf-8")
    code, printed, _ = run("ingest", "--check", str(path), "--mapping", str(proposed))
    assert (code, "0 in quarantine" in printed) == (0, True)


def test_cells_far_below_are_counted_too(tmp_path: Path) -> None:
    """Columns are guessed from a sample; one row of 3,000 is not in it."""
    rows = [row(f"A-{n}", place="" if n == 1502 else "Cali") for n in range(3000)]
    assert "Municipio: 1 row has no municipality" in "\n".join(asked(register(tmp_path, *rows)))


def test_a_register_without_empty_cells_is_asked_nothing_of_them(tmp_path: Path) -> None:
    path = register(tmp_path, row("A"), ";;;;;;", row("B", closed="", text=""), "Total;2;;;;;")
    assert not [line for line in asked(path) if " has no " in line or " have no " in line]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("radicado", "Radicado: 1 row has no number: into quarantine as KEY_EMPTY"),
        ("created", "Fecha de radicación: 1 row has no date of creation: into quarantine as TIME_"),
        ("channel", "Medio de recepción: 1 row has no channel: read as other_digital, the `defau"),
        ("type", "Tipo: 1 row has no type: read as P, the `default`"),
    ],
)
def test_other_columns_say_so_as_well(tmp_path: Path, field: str, said: str) -> None:
    rows = [row(f"A-{n}") for n in range(3)]
    path = register(tmp_path, *rows, row("A-9", **{field: ""}))
    assert said in "\n".join(asked(path))


def test_a_municipality_without_its_department_is_looked_up_by_name(tmp_path: Path) -> None:
    path = register(tmp_path, f"{row('A')};Valle", f"{row('B')};", header=f"{HEADER};Departamento")
    said = "Departamento: 1 row has no department: the municipality is looked up by its name alone"
    assert said in asked(path)


def test_cells_that_are_read_as_a_default_are_counted(tmp_path: Path) -> None:
    path = register(tmp_path, row("A", channel=""), row("B", channel="N/A"), row("C"))
    code, printed, _ = check(path)
    assert code == 0
    said = "2 cells are empty: read as other_digital, the `default` of source_channel"
    assert f"Medio de recepción: {said}" in printed
