"""Rows of a register: each kind of fault with its reason, and what must not decide."""

import gzip
import io
import json
import os
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.errors import UsageError
from orchestration.ingest.delivery import read_delivery
from orchestration.ingest.mapping import MappingError, load_mapping
from orchestration.ingest.places import load_places
from orchestration.settings import PROJECT_ROOT, load_settings
from tests.unit.ingest.delivering import HEADER, delivered, mapping, names, reasons, row

FAULTS = {
    "no number": (row(""), "KEY_EMPTY"),
    "blank number": (row(" \u00a0 "), "KEY_EMPTY"),
    "no creation": (row("A", created=""), "TIME_MISSING"),
    "another notation": (row("A", created="2025-03-03"), "TIME_FORMAT"),
    "two-digit year": (row("A", created="03/03/25"), "TIME_FORMAT"),
    "31 February": (row("A", created="31/02/2025"), "TIME_FORMAT"),
    "a year before 2000": (row("A", created="03/03/1925"), "TIME_OUT_OF_RANGE"),
    "closing in words": (row("A", closed="pendiente"), "TIME_FORMAT"),
    "closed before": (row("A", closed="02/03/2025"), "CLOSED_BEFORE_CREATED"),
    "closed an hour before": (row("A", closed="03/03/2025 08:12"), "CLOSED_BEFORE_CREATED"),
    "channel": (row("A", channel="Paloma mensajera"), "UNKNOWN_CHANNEL"),
    "type": (row("A", type="Tutela"), "UNKNOWN_PQRS_TYPE"),
    "no type": (row("A", type=""), "UNKNOWN_PQRS_TYPE"),
    "municipality": (row("A", place="Macondo"), "UNKNOWN_GEO"),
    "two of one name": (row("A", place="San Pedro"), "AMBIGUOUS_GEO"),
    "code of nothing": (row("A", place="99999"), "UNKNOWN_GEO"),
    "extra cell": (row("A") + ";x", "COLUMN_COUNT"),
    "extra empty cell": (row("A") + ";", "COLUMN_COUNT"),
    "short": ("A;03/03/2025;Chat", "COLUMN_COUNT"),
    "open quote": (row("A", text='"abierta'), "QUOTE_NOT_CLOSED"),
    "bare quote in a quoted cell": (row("A", text='"la "80" norte"'), "QUOTE_NOT_CLOSED"),
    "replacement character": (row("A", text="Petici\ufffdn"), "WRONG_ENCODING"),
    "read twice": (row("A", text="PeticiÃ³n"), "WRONG_ENCODING"),
    "C1": (row("A", text="\x93urgente\x94"), "WRONG_ENCODING"),
    "NUL": (row("A", text="a\0b"), "CONTROL_CHARACTER"),
    "escape": (row("A", text="\x1b[31m"), "CONTROL_CHARACTER"),
    "long text": (row("A", text="x" * 65_537), "TEXT_TOO_LONG"),
    "long number": (row("9" * 257), "TEXT_TOO_LONG"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_become_a_case_is_named(tmp_path: Path, name: str) -> None:
    fault, reason = FAULTS[name]
    found = delivered(tmp_path, [row("N-1"), fault, row("N-2")])
    assert reasons(found) == [(reason, 3)]
    assert names(found) == ["N-1", "N-2"]
    assert found.findings[0].cells


RIGHT = {
    "blanks around": row("  A ", place=" Cali\u00a0", type=" Queja"),
    "no accents, another case": row("A", place="MEDELLIN", type="PETICION"),
    "decomposed": unicodedata.normalize("NFD", row("A", place="Medellín", type="Petición")),
    "D.C.": row("A", place="Bogota, d.c."),
    "distrito capital": row("A", place="BOGOTÁ DISTRITO CAPITAL"),
    "common name": row("A", place="Cúcuta"),
    "old name": row("A", place="cartagena"),
    "capital of that name": row("A", place="Armenia"),
    "code": row("A", place="05001"),
    "code without its zero": row("A", place="5001"),
    "the text mark of Excel": row("'A", created="'03/03/2025 09:12", place="'76001"),
    "the mark on both sides": row("'A'"),
    "quote inside": row("A", text='Pantalla de 5" rota'),
    "lines and quotes": row("A", text='"uno\ndos ""tres""; cuatro"'),
    "closed at the same minute": row("A", closed="03/03/2025 09:12"),
    "closed that day": row("A", closed="03/03/2025"),
    "open": row("A", closed=""),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_people_read_as_right_is_right(tmp_path: Path, name: str) -> None:
    found = delivered(tmp_path, [RIGHT[name]])
    assert names(found) == ["A"]
    assert not found.findings


def test_lines_are_right_after_a_text_of_many_lines(tmp_path: Path) -> None:
    found = delivered(tmp_path, [row("A", text='"uno\ndos\n"'), row(""), row("B")])
    assert reasons(found) == [("KEY_EMPTY", 5)]


def test_a_quote_that_closes_rows_later_swallows_none(tmp_path: Path) -> None:
    rows = [row("A", text='"abierta'), row("B"), row("C", text='fin"')]
    found = delivered(tmp_path, rows)
    assert reasons(found) == [("QUOTE_NOT_CLOSED", 2)]
    assert names(found) == ["B", "C"]


def test_encoding_and_delimiter_are_detected_and_said(tmp_path: Path) -> None:
    rules = mapping(delimiter=None, encoding=None)
    body = "\n".join([HEADER, row("A", type="Petición", text="“urgente” €")])
    found = delivered(tmp_path, body.replace(";", ",").encode("cp1252"), rules)
    assert found.cases[0].text == "“urgente” €"
    assert any("cp1252 detected" in note for note in found.notes)
    assert any("',' detected" in note for note in found.notes)


def test_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    body = "\n".join(["Alcaldía", "Informe 2025", HEADER, row("A"), row("")]).encode()
    assert reasons(delivered(tmp_path, body, mapping(skip_rows=2))) == [("KEY_EMPTY", 5)]


HOPELESS = {
    "no column": (HEADER.replace("Asunto", "Tema").encode(), "COLUMN_MISSING.*Asunto"),
    "repeated column": (f"{HEADER};Asunto".encode(), "COLUMN_REPEATED.*Asunto"),
    "another delimiter": (HEADER.replace(";", ",").encode(), "separated by ','"),
    "not UTF-8": (HEADER.encode("latin-1"), "not utf-8.*line 1"),
    "UTF-16": (HEADER.encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (HEADER.encode("utf-16-le"), "UTF-16|binary"),
    "gzip": (gzip.compress(HEADER.encode()), r"\.gz"),
    "PDF": (b"%PDF-1.7", "PDF"),
    "HTML": (b"<!DOCTYPE html><table>", "HTML"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1", r"\.xls"),
    "XLSX": (b"PK\x03\x04", "XLSX"),
    "JSON": (b'[{"a": 1}]', "JSON"),
    "empty": (b"\n\n", "empty"),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_a_file_that_is_not_the_table_is_refused_before_anything(tmp_path: Path, name: str) -> None:
    body, said = HOPELESS[name]
    with pytest.raises(UsageError, match=said):
        delivered(tmp_path, body)


def test_jsonl_that_is_none_is_refused(tmp_path: Path) -> None:
    for body, said in ((b"[\n{}\n]", "array"), (b'{\n "a": 1}', "many lines"), (b"a;b", "line")):
        with pytest.raises(UsageError, match=said):
            delivered(tmp_path, body, name="events.jsonl")


def test_a_bomb_of_newlines_is_refused_early(tmp_path: Path) -> None:
    body = gzip.compress(b"\n" * (64 << 20))
    with pytest.raises(UsageError, match="times its"):
        delivered(tmp_path, body, name="events.jsonl.gz")


def test_what_a_folder_has_beside_its_files_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "delivery"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.csv", "sub/a.csv", "notes.docx", ".hidden.csv"):
        (folder / name).write_text("\n".join([HEADER, row("A")]))
    os.mkfifo(folder / "pipe.csv")
    (folder / "link.csv").symlink_to("/etc/hostname")
    (folder / os.fsdecode(b"caf\xe9.csv")).write_text("\n".join([HEADER, row("B")]))
    found = read_delivery(str(folder), load_settings({}))
    assert [file.name for file in found.files] == ["a.csv", "caf\\xe9.csv", "sub/a.csv"]
    assert {name for name, _ in found.unread} == {
        ".hidden.csv", "link.csv", "notes.docx", "pipe.csv",
    }  # fmt: skip
    with pytest.raises(UsageError, match="not a regular file"):
        read_delivery(str(folder / "pipe.csv"), load_settings({}))


def test_a_workbook_is_read_by_its_cells(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(";"))
    sheet.append(
        ["A", datetime(2025, 3, 3, 9, 12), "Chat", "Queja", 76001, "x", datetime(2025, 3, 3)]
    )
    sheet.append([None, "03/03/2025", "Chat", "Queja", "Cali", "x", None])
    book.create_sheet("Notas")
    out = io.BytesIO()
    book.save(out)
    found = delivered(tmp_path, out.getvalue(), name="register.xlsx")
    assert names(found) == ["A"]
    closed = found.cases[0].dates.closed
    assert closed is not None
    assert closed.is_day
    assert reasons(found) == [("KEY_EMPTY", 3)]
    assert any("Notas not read" in note for note in found.notes)


def test_the_later_row_of_a_number_wins(tmp_path: Path) -> None:
    found = delivered(tmp_path, [row("A", text="uno", closed=""), row("A", text="dos")])
    assert [case.text for case in found.cases] == ["dos"]
    assert found.account.equation().startswith("2 rows = 1 case made + 1 merged")


def test_every_municipality_is_found_by_its_own_name_and_department() -> None:
    places = load_places(PROJECT_ROOT)
    for place in places.by_code.values():
        found, _ = places.find(place.municipio.upper(), place.department)
        assert found == (place,)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1", "not YAML"),
        ("[" * 5000, "not YAML"),
        ("version: 2", "version"),
        (
            "version: 1\nname: a\nunknown: 1",
            "unknown is not a known field: use one of version, name, ",
        ),
        ("", "is not a list of fields"),
        ("utc_offset: '+25:00'", "version is missing: write it as 1"),
        ("version: 2025-13-45", "version: 2025-13-45 is not a known version: write 1"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(content)
    with pytest.raises(MappingError, match=said):
        load_mapping(path)


def test_an_offset_that_no_clock_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\+25:00"):
        mapping(utc_offset="+25:00")


def test_the_account_can_be_stored(tmp_path: Path) -> None:
    found = delivered(tmp_path, [row("A"), row("")])
    facts = json.loads(json.dumps(found.facts()))
    assert facts["quarantined"] == {"KEY_EMPTY": 1}
    assert facts["municipalities"][0]["rows"] == 1
