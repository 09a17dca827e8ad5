"""Kinds of workbooks that are delivered, each with its right value: what the command prints."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart

from tests.unit.ingest.delivering import HEADER
from tests.unit.ingest.kinds_of_files import CLEAN, DETECTED, FileKind


def book(fill: Callable[[Any], None], *prints: str, exit_code: int = 0, **rules: Any) -> FileKind:
    """A workbook with the register's header; `fill` adds what it is about."""
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
    "hidden rows": book(_hidden, CLEAN, "1 hidden rows read: 3"),
    "merged cells in the body": book(_merged, CLEAN, r"merged cells C2:C3 .*in every row"),
    "a formula without a result": book(
        _formula, r"TIME_FORMAT  register\.xlsx:3  Fecha de respuesta: '=B3\+7'"
    ),
    "the last instant that there is, and a sheet with a chart": book(
        _strange, r"TIME_OUT_OF_RANGE  register\.xlsx:3  Fecha de respuesta: '9999-12-31 23:59:59'"
    ),
    "numbers, texts and dates in a column": book(
        _types, r"5 rows = 2 cases made",
        r"TIME_FORMAT  register\.xlsx:4  Fecha de radicación: '45719\.38'",
        r"KEY_ROUNDED  register\.xlsx:5", "BLANK_ROW 1",
    ),
}  # fmt: skip
