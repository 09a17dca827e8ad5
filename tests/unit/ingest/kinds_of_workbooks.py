"""Kinds of workbooks that are delivered, each with its right value: what the command prints."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.unit.ingest.delivering import HEADER
from tests.unit.ingest.kinds_of_files import CLEAN, DETECTED, FileKind
from tests.unit.ingest.workbooks_of_others import (
    damaged,
    disordered,
    of_other_styles,
    of_size,
    of_the_sdk,
    with_password,
)


def book(fill: Callable[[Any], None], *prints: str, exit_code: int = 0, **rules: Any) -> FileKind:
    """A workbook with the register's header; `fill` adds what it is about."""
    made = Workbook()
    made.active.title = "Hoja1"
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return FileKind(out.getvalue(), prints, exit_code, "register.xlsx", {**DETECTED, **rules})


def unread(content: bytes, said: str) -> FileKind:
    """A workbook that is refused, with what is said of it."""
    return FileKind(content, (said,), 2, "register.xlsx", DETECTED)


SERIALS = {
    "created_at": {"column": "Fecha de radicación", "formats": ("excel",)},
    "closed_at": {"column": "Fecha de respuesta", "formats": ("excel",)},
}


def with_empty_result(content: bytes) -> bytes:
    """A workbook whose formulas have a text without characters as their stored result."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name.startswith("xl/worksheets/"):
                assert b"><f>" in body
                body = body.replace(b"><f>", b' t="str"><f>')
            target.writestr(name, body)
    return out.getvalue()


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


def _formulas(made: Any) -> None:
    """In a number, a text, a municipality of merged cells, a column that is not read, a total."""
    sheet = made.active
    sheet.append([*HEADER.split(";"), "Nota"])
    sheet.append([*cells("=ROW()"), None])
    sheet.append([*cells("B", text='=CONCATENATE("a";"b")'), None])
    sheet.append([*cells("C", place="=A1"), None])
    sheet.append([*cells("D", place=None), None])
    sheet.merge_cells("E4:E5")
    sheet.append([*cells("E"), "=NOW()"])
    sheet.append(["Total", "=COUNTA(A2:A6)"])


def _dates_as_numbers(made: Any) -> None:
    """Excel took 3-2025 for a date, 09:12 for a time of day; 2,0251E+14 and 123.0 are texts."""
    sheet = made.active
    sheet.append(HEADER.split(";"))
    for number in (datetime(2025, 3, 1), time(9, 12), timedelta(hours=30), "123.0", 123):
        sheet.append(cells(number))


def _five(made: Any) -> None:
    made.active.append(HEADER.split(";"))
    for number in range(5):
        made.active.append(cells(f"A-{number}", text=f"Ruido {number * 7919}"))


def _from_1904(made: Any) -> None:
    made.epoch = CALENDAR_MAC_1904
    sheet = made.active
    sheet.append(HEADER.split(";"))
    sheet.append(cells("A", created=44257.38, closed=datetime(2025, 3, 4)))
    sheet.append(cells("B", created=44257.38, closed=44257.25))


def _types(made: Any) -> None:
    sheet = made.active
    sheet.append(HEADER.split(";"))
    sheet.append(cells(20250001.0, place=76001))
    sheet.append(cells("B", created="03/03/2025", closed="N/A"))
    sheet.append(cells("C", created=45719.38, closed=None))
    sheet.append(cells(20251234567890123456, place="Cali"))
    sheet.append([None] * 7)


def _strange(made: Any) -> None:
    sheet = made.active
    sheet.append(HEADER.split(";"))
    sheet.append(cells("A", text="uno_x000D_\ndos"))
    sheet.append(cells("B", closed=datetime(9999, 12, 31, 23, 59, 59, 900_000)))
    made.create_chartsheet("Gráfica").add_chart(BarChart())


BOOKS = {
    "a workbook with titles, merged headers, totals": book(
        _titles, r"4 rows = 2 cases made \+ 0 merged \+ 0 in quarantine \+ 2 skipped",
        "header found on line 3",
    ),
    "a sheet per month": book(_months, "Enero, Febrero", "sheet", exit_code=2),
    "a sheet per month, all of them": book(_months, CLEAN, sheet="*"),
    "a cover before the table": book(_cover, CLEAN, "sheet Base read", "sheet Hoja1 not read"),
    "hidden rows": book(_hidden, CLEAN, "1 hidden row read: 3"),
    "merged cells in the body": book(_merged, CLEAN, r"merged cells C2:C3 .*in every row"),
    "an empty sheet": book(
        lambda made: None, r"register\.xlsx, sheet Hoja1, is empty: name the sheet that has the",
        exit_code=2,
    ),
    "an empty sheet below what is skipped": book(
        lambda made: made.active.append(["a"]), "nothing below the 1 line of `skip_rows`",
        exit_code=2, skip_rows=1,
    ),
    "a formula without a result": book(
        _formula, r"FORMULA_WITHOUT_RESULT  register\.xlsx:3  Fecha de respuesta: '=B3\+7'"
    ),
    "formulas without a result in fields that are read": book(
        _formulas, r"6 rows = 1 case made .* 4 in quarantine \(FORMULA_WITHOUT_RESULT 4\)",
        "TOTAL_ROW 1", r"FORMULA_WITHOUT_RESULT  register\.xlsx:2  Radicado: '=ROW\(\)'",
        r"xlsx:3  Asunto: '=CONCATENATE", r"xlsx:4  Municipio: '=A1'", r"xlsx:5  Municipio: '=A1'",
        "accepted: the result of the formula: open the file in Excel or LibreOffice and save it",
    ),
    "a formula whose stored result is empty": replace(
        made := book(_formula, CLEAN), content=with_empty_result(made.content)
    ),
    "dates and measures as numbers": book(
        _dates_as_numbers, r"1 case made .* 4 in quarantine \(KEY_IS_DATE 3, KEY_ROUNDED 1\)",
        r"KEY_IS_DATE  register\.xlsx:2  Radicado: '2025-03-01'; accepted: a number: Excel made a",
        r"KEY_IS_DATE  register\.xlsx:3  Radicado: '09:12:00'",
        r"KEY_ROUNDED  register\.xlsx:5  Radicado: '123\.0'",
    ),
    "a date of the case as a part of its number": book(
        lambda made: (made.active.append(HEADER.split(";")), made.active.append(cells("A")),
                      made.active.append(cells("A", created=datetime(2025, 3, 4)))),
        CLEAN, key=("Radicado", "Fecha de radicación"),
    ),
    "days that are counted from 1904": book(
        _from_1904, r"2 rows = 1 case made", "the workbook counts days from 1904",
        r"CLOSED_BEFORE_CREATED  register\.xlsx:3  Fecha de respuesta: '44257\.25'", times=SERIALS,
    ),
    "the last instant that there is, and a sheet with a chart": book(
        _strange, r"TIME_OUT_OF_RANGE  register\.xlsx:3  Fecha de respuesta: '9999-12-31 23:59:59'"
    ),
    "a size of fewer rows": replace(
        made := book(_five, "5 rows = 5 cases made"), content=of_size(made.content, "A1:G3")
    ),
    "a size of fewer columns": replace(made, content=of_size(made.content, "A1")),
    "merged cells, written by the Open XML SDK": replace(
        merged := book(_merged, CLEAN, r"merged cells C2:C3 .*in every row"),
        content=of_the_sdk(merged.content),
    ),
    "a formula without a result, written by the Open XML SDK": replace(
        formula := book(_formula, r"FORMULA_WITHOUT_RESULT  register\.xlsx:3 .*'=B3\+7'"),
        content=of_the_sdk(formula.content),
    ),
    "rows that are not in order": unread(
        disordered(made.content), "sheet Hoja1: row 3 is not after the row above it: open the file"
    ),
    "a workbook that was damaged": unread(
        damaged(made.content), r"cannot be read as XLSX \(.*open it in Excel or LibreOffice"
    ),
    "a workbook in an archive with a password": unread(
        with_password(made.content), "register.xlsx has a password: save it without one"
    ),
    "styles that are not of the standard": unread(
        of_other_styles(made.content), r"cannot be read as XLSX \(PatternFill.*open it in Excel"
    ),
    "numbers, texts and dates in a column": book(
        _types, r"5 rows = 2 cases made",
        r"TIME_FORMAT  register\.xlsx:4  Fecha de radicación: '45719\.38'",
        r"KEY_ROUNDED  register\.xlsx:5", "BLANK_ROW 1",
    ),
}  # fmt: skip
