"""Kinds of files that are delivered, each with its right value: what the command prints."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from tests.unit.ingest.delivering import HEADER, row

REGISTER = "\n".join([HEADER, row("A"), row("B", place="Medellín")])
CLEAN = r"2 rows = 2 cases made \+ 0 merged \+ 0 in quarantine \+ 0 skipped"
DETECTED: dict[str, Any] = {"delimiter": None, "encoding": None}


@dataclass(frozen=True)
class FileKind:
    """The bytes of a file; what the command prints (patterns), with which exit code."""

    content: bytes
    prints: tuple[str, ...]
    exit_code: int = 0
    name: str = "register.csv"
    rules: dict[str, Any] | None = None


def text(
    content: str, *prints: str, encoding: str = "utf-8", exit_code: int = 0, **rules: Any
) -> FileKind:
    """A CSV whose delimiter and encoding are detected."""
    return FileKind(content.encode(encoding), prints, exit_code, rules={**DETECTED, **rules})


def refused(content: bytes, *prints: str, name: str = "register.csv") -> FileKind:
    """A file that is not what its name says."""
    return FileKind(content, prints, 2, name, DETECTED)


def _archive(member: str = "register.csv") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, REGISTER)
    return out.getvalue()


TITLE = "Alcaldía de Cali;;;;;;\nInforme de PQRS, marzo de 2025;;;;;;\n;;;;;;\n"
FOOT = "\n;;;;;;\nTotal;2;;;;;\nFuente: sistema PQRS\n"

FILES = {
    "title, total and source around the table": text(
        TITLE + REGISTER + FOOT,
        r"register\.csv: header found on line 4; 3 lines above it not read",
        r"5 rows = 2 cases made \+ 0 merged \+ 0 in quarantine \+ 3 skipped"
        r" \(BLANK_ROW 1, FOOTNOTE 1, TOTAL_ROW 1\)",
        r"FOOTNOTE  register\.csv:9  'Fuente: sistema PQRS'",
    ),
    "a text alone in the last row": text(
        REGISTER + "\n;;;;;Se fue la luz en el barrio;", r"KEY_EMPTY  register\.csv:4"
    ),
    "a last line that was cut": text(
        REGISTER + "\n2025-00", r"COLUMN_COUNT  register\.csv:4 .*'1 cell'", r"1 in quarantine"
    ),
    "sep=; of Excel": text("sep=;\n" + REGISTER, CLEAN),
    "sep= of Excel without a delimiter": text(
        "sep=\r\n" + REGISTER, CLEAN, "header found on line 2"
    ),
    "sep= of Excel with a quote": text('sep="\n' + REGISTER, CLEAN, "header found on line 2"),
    "a comment above": text("# exportado 2025-03-31\n" + REGISTER, CLEAN, "header found on line 2"),
    "blank lines above": text("\n\n" + REGISTER, CLEAN),
    "header in capitals": text(
        REGISTER.replace(HEADER, HEADER.upper()), CLEAN,
        "column RADICADO is read as Radicado",
    ),
    "header with a line break": text(
        REGISTER.replace("Fecha de radicación", '"Fecha de\nradicación"', 1), CLEAN
    ),
    "a delimiter at the end of every line": text(REGISTER.replace("\n", ";\n") + ";", CLEAN),
    "a delimiter at the end of every row, not of the header": text(
        REGISTER.replace("10:00", "10:00;") + "\nTotal;2",
        r"3 rows = 2 cases made .* 1 skipped", "every row has 1 empty cell more",
    ),
    "a delimiter at the end of the header alone": text(
        REGISTER.replace(HEADER, HEADER + ";"), CLEAN, "every row has 1 empty cell fewer"
    ),
    "lines in quotes": FileKind(
        "\n".join(f'"{line}"' for line in REGISTER.split("\n")).encode(),
        ("COLUMN_MISSING", "the whole line stands in quotes"), 2, rules=DETECTED,
    ),
    "CSV (MS-DOS)": text(
        REGISTER.replace("Ruido", "Petición"), CLEAN, "encoding cp850 detected", r"Medellín \(1\)",
        encoding="cp850",
    ),
    "days as a database writes them": text(
        REGISTER.replace("10/03/2025 10:00", "03/03/2025 00:00"), CLEAN,
        "Fecha de respuesta: every time is midnight: read as days",
    ),
    "an old sheet that is full": text(
        "\n".join([HEADER, *(row(str(number)) for number in range(65_535))]),
        "it ends at row 65,536, where a sheet is full",
    ),
    "commas and semicolons in latin-1": text(
        REGISTER.replace("Ruido", "uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve"),
        CLEAN, r"encoding cp1252 detected", r"';' detected", encoding="latin-1",
    ),
    "tabs": text(REGISTER.replace(";", "\t"), CLEAN, r"'\\t' detected"),
    "bars": text(REGISTER.replace(";", "|"), CLEAN, r"'\|' detected"),
    "UTF-16 of Excel's Unicode text": text(
        REGISTER.replace(";", "\t"), CLEAN, "encoding utf-16 detected", encoding="utf-16"
    ),
    "one line in another encoding": FileKind(
        "\n".join([HEADER, row("A", type="Petición"), ""]).encode()
        + row("B", text="Ñu").encode("latin-1"),
        (r"WRONG_ENCODING  register\.csv:3", "1 case made", "can land"), 0, rules=DETECTED,
    ),
    "UTF-8 that was read as latin-1 once": FileKind(
        REGISTER.encode().decode("latin-1").encode(), ("COLUMN_MISSING",), 2, rules=DETECTED
    ),
    "line ends of old Macs": text(REGISTER.replace("\n", "\r"), CLEAN),
    "line ends of Windows": text(REGISTER.replace("\n", "\r\n") + "\r\n", CLEAN),
    "line ends of both": text(REGISTER.replace("\n", "\r\n", 1), CLEAN),
    "two files joined": text(
        REGISTER + "\n\ufeff" + REGISTER, r"5 rows = 2 cases made \+ 2 merged",
        "REPEATED_HEADER 1",
    ),
    "columns in another order in the middle": text(
        REGISTER + "\nFecha de radicación;Radicado;Medio de recepción;Tipo;Municipio;Asunto;"
        "Fecha de respuesta\n03/03/2025;C;Chat;Queja;Cali;Ruido;", "line 4: HEADER_CHANGES",
        exit_code=2,
    ),
    "a single row, in quarantine": text(
        f"{HEADER}\n{row('A', created='ayer')}", "the one row cannot be taken",
        r"TIME_FORMAT  register\.csv:2", exit_code=1,
    ),
    "header alone": text(HEADER + "\n", "NO_ROWS.*register.csv", exit_code=2),
    "header and total alone": text(HEADER + "\nTotal;0;;;;;\n", "NO_ROWS", exit_code=2),
    "empty": refused(b"", "register.csv is empty"),
    "blanks alone": refused(b" \n\t\n\n", "register.csv is empty"),
    "a ZIP that is named CSV": refused(_archive(), "is a ZIP or XLSX file"),
    "a ZIP that is named XLSX": refused(_archive(), "is a ZIP file", name="register.xlsx"),
    "a CSV that is named XLSX": refused(
        REGISTER.encode(), "register.xlsx is not XLSX: it looks like CSV; name it .csv",
        name="register.xlsx",
    ),
    "JSON that is named XLSX": refused(
        b'[{"a": 1}]', "it looks like JSON; name it .jsonl", name="register.xlsx"
    ),
    "a page that is named XLSX": refused(
        b"<html><table>", "it is HTML or XML; open it in Excel and save", name="register.xlsx"
    ),
    "nothing that is named XLSX": refused(b"", "register.xlsx is empty", name="register.xlsx"),
    "bytes that are named XLSX": refused(
        bytes(range(256)), "not XLSX, and not whole: save it again", name="register.xlsx"
    ),
    "an OpenDocument table that is named XLSX": refused(
        _archive("content.xml"), "it is OpenDocument; save it as .xlsx", name="register.xlsx"
    ),
    "fewer lines than are skipped": text(
        REGISTER, "register.csv has nothing below the 9 lines of `skip_rows`: give a smaller",
        exit_code=2, skip_rows=9,
    ),
    "one line above the header": text("x\n" + REGISTER, CLEAN, "line 2; 1 line above it not read"),
    "a table in HTML that is named .xls": refused(
        b"<html><table><tr><td>Radicado</td></tr></table>", "HTML", r"CSV or XLSX", name="r.xls"
    ),
    "an old .xls": refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel", name="r.xls"),
    "an XLSX with a password": refused(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password", name="register.xlsx"
    ),
    "an OpenDocument table": refused(_archive(), r"\.ods", "save it as .xlsx", name="r.ods"),
    "a zip by its name": refused(_archive(), r"\.zip: unpack it", name="r.zip"),
    "zeros alone": refused(bytes(5000), "binary"),
    "a picture": refused(b"\x89PNG\r\n\x1a\n" + bytes(100), "picture|binary"),
    "a file of SQL": refused(b"INSERT INTO pqrs VALUES (1);\n", "COLUMN_MISSING"),
    "gzip": FileKind(gzip.compress(REGISTER.encode()), (CLEAN,), 0, "register.csv.gz", DETECTED),
    "gzip that was cut": refused(
        gzip.compress(REGISTER.encode())[:-9], "not a whole gzip", name="register.csv.gz"
    ),
}  # fmt: skip
