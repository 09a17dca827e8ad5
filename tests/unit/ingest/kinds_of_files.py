"""Kinds of files that are delivered, each with its right value: what the command prints."""

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
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


def book(fill: Callable[[Any], None], *prints: str, exit_code: int = 0, **rules: Any) -> FileKind:
    """A workbook with the register's header; `fill` adds what it is about."""
    from openpyxl import Workbook

    made = Workbook()
    made.active.title = "Hoja1"
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return FileKind(out.getvalue(), prints, exit_code, "register.xlsx", {**DETECTED, **rules})


def cells(number: object, **changes: object) -> list[object]:
    """A row of a workbook that is right, but for the cells that are named."""
    right: dict[str, object] = {
        "radicado": number, "created": datetime(2025, 3, 3, 9, 12), "channel": "Chat",
        "type": "Queja", "place": "Cali", "text": "Ruido", "closed": datetime(2025, 3, 10, 10),
    }  # fmt: skip
    return list({**right, **changes}.values())


def _titles(made: Any) -> None:
    sheet = made.active
    sheet.append(["Alcaldía de Cali"])
    sheet.append(["Datos del caso", None, None, "Respuesta"])
    sheet.merge_cells("A2:C2")
    for line in (HEADER.split(";"), cells("A"), cells("B"), ["Total", 2], ["Fuente: sistema PQRS"]):
        sheet.append(line)


def _months(made: Any) -> None:
    for name in ("Enero", "Febrero"):
        sheet = made.create_sheet(name)
        sheet.append(HEADER.split(";"))
        sheet.append(cells(name))
    made.remove(made["Hoja1"])


def _cover(made: Any) -> None:
    made.active.append(["Informe trimestral"])
    sheet = made.create_sheet("Base")
    sheet.append(HEADER.split(";"))
    sheet.append(cells("A"))
    sheet.append(cells("B"))


def _hidden(made: Any) -> None:
    sheet = made.active
    for line in (HEADER.split(";"), cells("A"), cells("B")):
        sheet.append(line)
    sheet.row_dimensions[3].hidden = True


def _merged(made: Any) -> None:
    sheet = made.active
    for line in (HEADER.split(";"), cells("A", channel="Chat"), cells("B", channel=None)):
        sheet.append(line)
    sheet.merge_cells("C2:C3")


def _formula(made: Any) -> None:
    sheet = made.active
    for line in (HEADER.split(";"), cells("A"), cells("B", closed="=B3+7")):
        sheet.append(line)


def _types(made: Any) -> None:
    sheet = made.active
    sheet.append(HEADER.split(";"))
    sheet.append(cells(20250001.0, place=76001))
    sheet.append(cells("B", created="03/03/2025", closed="N/A"))
    sheet.append(cells("C", created=45719.38, closed=None))
    sheet.append(cells(20251234567890123456, place="Cali"))
    sheet.append([None] * 7)


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("register.csv", REGISTER)
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
        REGISTER + "\n2025-00", r"COLUMN_COUNT  register\.csv:4 .*'1 cells'", r"1 in quarantine"
    ),
    "sep=; of Excel": text("sep=;\n" + REGISTER, CLEAN),
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
        (r"WRONG_ENCODING  register\.csv:3", "1 cases made", "can land"), 0, rules=DETECTED,
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
        f"{HEADER}\n{row('A', created='ayer')}", "no row of 1 can be taken",
        r"TIME_FORMAT  register\.csv:2", exit_code=1,
    ),
    "header alone": text(HEADER + "\n", "NO_ROWS.*register.csv", exit_code=2),
    "header and total alone": text(HEADER + "\nTotal;0;;;;;\n", "NO_ROWS", exit_code=2),
    "empty": refused(b"", "register.csv is empty"),
    "blanks alone": refused(b" \n\t\n\n", "register.csv is empty"),
    "a ZIP that is named CSV": refused(_archive(), "is a ZIP or XLSX file"),
    "a ZIP that is named XLSX": refused(_archive(), "is a ZIP file", name="register.xlsx"),
    "a table in HTML that is named .xls": refused(
        b"<html><table><tr><td>Radicado</td></tr></table>", "HTML", r"CSV or XLSX", name="r.xls"
    ),
    "an old .xls": refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel", name="r.xls"),
    "an XLSX with a password": refused(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password", name="register.xlsx"
    ),
    "an OpenDocument table": refused(_archive(), r"\.ods", "save it as .xlsx", name="r.ods"),
    "zeros alone": refused(bytes(5000), "binary"),
    "a picture": refused(b"\x89PNG\r\n\x1a\n" + bytes(100), "picture|binary"),
    "a file of SQL": refused(b"INSERT INTO pqrs VALUES (1);\n", "COLUMN_MISSING"),
    "gzip": FileKind(gzip.compress(REGISTER.encode()), (CLEAN,), 0, "register.csv.gz", DETECTED),
    "gzip that was cut": refused(
        gzip.compress(REGISTER.encode())[:-9], "not a whole gzip", name="register.csv.gz"
    ),
    "a workbook with titles, merged headers, totals": book(
        _titles, r"4 rows = 2 cases made \+ 0 merged \+ 0 in quarantine \+ 2 skipped",
        "header found on line 3",
    ),
    "a sheet per month": book(_months, "Enero, Febrero", "sheet", exit_code=2),
    "a sheet per month, all of them": book(_months, CLEAN, sheet="*"),
    "a cover before the table": book(_cover, CLEAN, "sheet Base read", "sheet Hoja1 not read"),
    "hidden rows": book(_hidden, CLEAN, "1 hidden rows read: 3"),
    "merged cells in the body": book(_merged, CLEAN, r"merged cells C2:C3 .*in every row"),
    "a formula without a result": book(
        _formula, r"TIME_FORMAT  register\.xlsx:3  Fecha de respuesta: '=B3\+7'"
    ),
    "numbers, texts and dates in a column": book(
        _types, r"5 rows = 2 cases made",
        r"TIME_FORMAT  register\.xlsx:4  Fecha de radicación: '45719\.38'",
        r"KEY_ROUNDED  register\.xlsx:5", "BLANK_ROW 1",
    ),
}  # fmt: skip
