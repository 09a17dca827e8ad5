"""Files that are made to hurt, or that a program left half made: read in seconds, or refused."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orchestration.ingest.mapping import MappingError, load_mapping
from tests.unit.ingest.check import check, run
from tests.unit.ingest.delivering import DELIVERIES, HEADER, delivered, mapping, row
from tests.unit.ingest.kinds_of_files import DETECTED, REGISTER
from tests.unit.ingest.kinds_of_workbooks import book, cells


def workbook(entities: bytes) -> bytes:
    """A workbook whose sheet has a type of document, and `&e;` for the type of its first case."""
    made = book(_two_cases).content
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name.startswith("xl/worksheets/"):
                start = body.index(b"<worksheet")
                body = body[:start] + b"<!DOCTYPE x [" + entities + b"]>" + body[start:]
                assert b"Queja" in body
                body = body.replace(b"Queja", b"&e;", 1)
            target.writestr(name, body)
    return out.getvalue()


def _two_cases(made: Any) -> None:
    for line in (HEADER.split(";"), cells("A"), cells("B")):
        made.active.append(line)


def _far_cell(made: Any) -> None:
    _two_cases(made)
    made.active.cell(20_000, 16_384, "x")


def _growing() -> bytes:
    tens = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return "".join(['<!ENTITY l0 "lol">', *tens, '<!ENTITY e "&l9;">']).encode()


REFUSED = {
    "UTF-32": (REGISTER.encode("utf-32"), "register.csv", "is UTF-32"),
    "UTF-32 the other way round": (
        b"\0\0\xfe\xff" + REGISTER.encode("utf-32-be"), "register.csv", "is UTF-32",
    ),
    "an entity of a file": (
        workbook(b'<!ENTITY e SYSTEM "file:///etc/hostname">'), "r.xlsx", "undefined entity",
    ),
    "entities that grow": (workbook(_growing()), "r.xlsx", "amplification"),
    "rows in one line": (
        f"{HEADER};{';'.join(row(str(n)) for n in range(500))}".encode(), "r.csv", "NO_ROWS",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused(tmp_path: Path, name: str) -> None:
    content, file, said = REFUSED[name]
    path = tmp_path / file
    path.write_bytes(content)
    exit_code, _, refused = check(path, **DETECTED)
    assert exit_code == 2
    assert said in refused
    assert refused.count("\n") == 0


def test_a_carriage_return_of_a_workbook_is_one(tmp_path: Path) -> None:
    def fill(made: Any) -> None:
        made.active.append(HEADER.split(";"))
        made.active.append(cells("A", text="uno_x000D_\ndos _x005F_x0041_ _xD83D_"))

    (case,) = delivered(tmp_path, book(fill).content, mapping(**DETECTED), name="r.xlsx").cases
    assert case.text == "uno\r\ndos _x0041_ _xD83D_"


@pytest.mark.parametrize("location", ["", "s3://"])
def test_nothing_is_not_the_folder_of_the_command(location: str) -> None:
    code, _, refused = run("ingest", "--check", location)
    assert (code, "names no file, no folder and no bucket" in refused) == (2, True)


@pytest.mark.parametrize("location", ["-", "/dev/stdin", "/dev/fd/0"])
def test_standard_input_is_said_not_to_be_taken(location: str) -> None:
    code, _, refused = run("ingest", "--check", location)
    assert code == 2
    assert refused.startswith(f"{location} is standard input, which is not taken: save it as a fil")


def test_a_mapping_from_standard_input_is_said_not_to_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("\n".join([HEADER, row("A")]), encoding="utf-8")
    code, _, refused = run("ingest", "--check", str(path), "--mapping", "-")
    assert code == 2
    assert refused == "mapping - is not a regular file: save it as one, and give that"


@pytest.mark.timeout(120)
def test_a_cell_far_off_does_not_fill_every_row_up_to_it(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(book(_far_cell).content)
    exit_code, printed, refused = check(path, "--quarantine-limit", "100", **DETECTED)
    assert exit_code == 0, refused
    assert printed.startswith(
        "19,999 rows = 2 cases made + 0 merged + 1 in quarantine (COLUMN_COUNT 1)"
        " + 19,996 skipped (BLANK_ROW 19996)"
    )


def test_as_many_columns_as_a_sheet_has_are_read(tmp_path: Path) -> None:
    more = 16_384 - len(HEADER.split(";"))
    path = tmp_path / "register.csv"
    header = ";".join([HEADER, *(f"c{n}" for n in range(more))])
    path.write_text(f"{header}\n{row('A')}{';' * more}\n", encoding="utf-8")
    exit_code, printed, refused = check(path)
    assert exit_code == 0, refused
    assert printed.startswith("1 rows = 1 cases made")


def test_a_name_of_a_file_that_steers_a_terminal_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "reg\x1b[2J\u202e.csv"
    path.write_text("\n".join([HEADER, row("A", created="x"), row("B")]), encoding="utf-8")
    _, printed, _ = check(path)
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "reg\\x1b[2J" in printed


MAPPINGS = {
    "a field that is there twice": ("key: [Municipio]\n", r"line \d+: 'key' stands twice"),
    "a format that is none": (
        "times: {created_at: {column: A, formats: ['%Y %Q']}}\n",
        "bad directive",
    ),
    "a stray %": ("times: {created_at: {column: A, formats: ['%Y %']}}\n", "stray %"),
    "a format without a year": (
        "times: {created_at: {column: A, formats: ['%d/%m']}}\n",
        "no year",
    ),
}


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_would_silently_do_something_else_is_refused(
    tmp_path: Path, name: str
) -> None:
    more, said = MAPPINGS[name]
    lines = (DELIVERIES / "mapping.yaml").read_text(encoding="utf-8")
    if not more.startswith("key"):
        lines = re.sub(r"^times:\n(?:[ ].*\n)+", "", lines, flags=re.M)
    path = tmp_path / "mapping.yaml"
    path.write_text(lines + "\n" + more, encoding="utf-8")
    with pytest.raises(MappingError, match=said) as refused:
        load_mapping(path)
    assert "\n" not in str(refused.value)


# What stands in the mapping of the register, what is written instead, and what is said of it.
WRITTEN = {
    "an offset": (
        'utc_offset: "-05:00"', "utc_offset: -5",
        'utc_offset: -5 is not a valid offset: write it as "-05:00"',
    ),
    "an offset of no clock": ('"-05:00"', '"+25:00"', "utc_offset: +25:00 is not an offset"),
    "a key": (
        "key: [Radicado]", "key: Radicado",
        "key: Radicado is not a list of columns: write one, such as [Radicado]",
    ),
    "no key": ("key: [Radicado]", "key: []", "key: an empty list is not a list of columns: write"),
    "a list in a key": ("key: [Radicado]", "key: [[A]]", "key: a list is not one text"),
    "a field that is not known": (
        "version: 1", "version: 1\nfoo: 1",
        "foo is not a known field: use one of version, name, delimiter, encoding, utc_offset",
    ),
    "a field that is misspelt": (
        "priority: {constant", "priority: {constnat",
        "fields.priority: constnat is not a known field: write constant",
    ),
    "a misspelt field that is needed": (
        "name: pqrs_entidad", "nome: pqrs_entidad", "nome is not a known field: write name",
    ),
    "a field that is missing": (
        "  priority: {constant: media}\n", "",
        "fields: priority is missing: write it as {column: NAME} or {constant: VALUE}",
    ),
    "formats that are missing": (
        'radicación, formats: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', "radicación",
        'times.created_at: formats is missing: write it as ["%d/%m/%Y"]',
    ),
    "a version": ("version: 1", "version: 2", "version: 2 is not a known version: write 1"),
    "an encoding": (
        "utf-8-sig", "utf8",
        "encoding: utf8 is not known: use one of utf-8, utf-8-sig, latin-1, cp1252 or cp850",
    ),
    "a delimiter": ('";"', '";;"', 'delimiter: ;; is not one character: write it as ";", ",", '),
    "no delimiter": ('delimiter: ";"', "delimiter:", "delimiter: nothing is not one character"),
    "lines": (
        "version: 1", "version: 1\nskip_rows: dos",
        "skip_rows: dos is not a number of lines: write one from 0 to 1000",
    ),
    "a column instead of a rule": (
        "text: {column: Asunto}", "text: Asunto",
        "text: Asunto is no rule: write it as {column: NAME} or {constant: VALUE}",
    ),
    "a column instead of a time": (
        'created_at: {column: Fecha de radicación, formats: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]}',
        "created_at: Fecha",
        'times.created_at: Fecha is no rule: write it as {column: Fecha, formats: ["%d/%m/%Y"]}',
    ),
    "a format": (
        'respuesta, formats: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]', 'respuesta, formats: "%d/%m/%Y"',
        "times.closed_at.formats: %d/%m/%Y is not a list of formats: write one, such as",
    ),
    "values": (
        "values: {Petición: P, Derecho de petición: P, Queja: Q, Reclamo: R, Sugerencia: S}",
        "values: [Queja]", "values: a list does not say what values mean: write it as {Queja: Q,",
    ),
    "what steers a terminal": (
        "version: 1", 'version: "\\e[2J"', "version: \\x1b[2J is not a known version",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_a_mapping_says_what_stands_there_and_how_it_is_written(tmp_path: Path, name: str) -> None:
    right, wrong, said = WRITTEN[name]
    lines = (DELIVERIES / "mapping.yaml").read_text(encoding="utf-8")
    assert right in lines
    path = tmp_path / "m.yaml"
    path.write_text(lines.replace(right, wrong, 1), encoding="utf-8")
    register = tmp_path / "register.csv"
    register.write_text("\n".join([HEADER, row("A")]), encoding="utf-8")
    code, _, refused = run("ingest", "--check", str(register), "--mapping", str(path))
    assert code == 2
    assert f"mapping {path}, {said}" in refused or f"m.yaml, fields.pqrs_type.{said}" in refused
    assert not re.search("[Ii]nput|[Tt]uple|pattern|Extra|[Ff]ield required", refused)


@pytest.mark.parametrize(
    "content", ["", "- 1\n", "text\n", "!!python/object/apply:os.system [id]\n"]
)
def test_a_mapping_that_is_none_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MappingError, match="is not a list of fields"):
        load_mapping(path)
