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


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("", "FILE is empty: name a file, a folder or s3://bucket/prefix"),
        (" ", "FILE is empty: name a file, a folder or s3://bucket/prefix"),
        ("s3://", "s3:// names no bucket: write it as s3://bucket/prefix"),
    ],
)
def test_nothing_is_not_the_folder_of_the_command(location: str, said: str) -> None:
    code, _, refused = run("ingest", "--check", location)
    assert (code, refused) == (2, said)


def test_a_name_that_is_not_utf8_is_said_to_be_none(tmp_path: Path) -> None:
    path = f"{tmp_path}/petici\udcf3n.csv"
    code, _, refused = run("ingest", "--check", path)
    said = f"the name {tmp_path}/petici\\xf3n.csv is not UTF-8: give the file or folder another"
    assert (code, refused.startswith(said)) == (2, True), refused


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
    assert printed.startswith("1 row = 1 case made")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("line", ["x " + "1 " * 300_000, row("B", created="30 " * 20_000)])
def test_a_long_cell_is_read_in_time(tmp_path: Path, line: str) -> None:
    path = tmp_path / "register.csv"
    path.write_text("\n".join([HEADER, row("A"), line]), encoding="utf-8")
    exit_code, printed, refused = check(path)
    assert exit_code == 0, refused
    assert printed.startswith("2 rows = 1 case made + 0 merged + 1 in quarantine")


def test_a_name_of_a_file_that_steers_a_terminal_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "reg\x1b[2J\u202e.csv"
    path.write_text("\n".join([HEADER, row("A", created="x"), row("B")]), encoding="utf-8")
    _, printed, _ = check(path)
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "reg\\x1b[2J" in printed


MAPPINGS = {
    "a field that is there twice": ("key: [Municipio]\n", r"line \d+: 'key' stands twice"),
    "braces for a text": (
        "answer: {{ respuesta }}\n",
        r"not YAML, line \d+: braces or a list stand where the name of a field or a value is expe",
    ),
    "a list for a name": ("? [a, b]\n: c\n", r"not YAML, line \d+: braces or a list stand"),
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


@pytest.mark.timeout(20)
def test_a_register_in_place_of_its_mapping_is_named(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("\n".join([HEADER, *(row(str(n)) for n in range(200_000))]), encoding="utf-8")
    code, _, refused = run("ingest", "--check", str(path), "--mapping", str(path))
    assert code == 2
    assert refused == f"mapping {path} has more than 1 MiB: give the file of the mapping"


@pytest.mark.parametrize(
    "content", ["", "- 1\n", "text\n", "!!python/object/apply:os.system [id]\n"]
)
def test_a_mapping_that_is_none_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MappingError, match="is not a list of fields"):
        load_mapping(path)
