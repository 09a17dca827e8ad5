"""Compare every cell of a report's workbook, in Spanish, with SQL over the published views.

    python -m tests.integration.run.report_check WORKBOOK PERIOD

Reads the services of the environment. Two sheets are not compared with SQL: that of the indicators
has no figures, and that of the reconciliation has two columns that must be equal.
"""

import sys
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import psycopg

from orchestration.report.period import Period, parse_period
from orchestration.settings import load_settings
from tests.integration.run.report_expected import prelude, queries

Rows = list[tuple[Any, ...]]
# Worked out once, for all sheets. bi_reader, as whom the report is read, may keep no tables.
_KEPT = (
    "spans", "compared", "names", "ends", "came", "told", "firsts", "waits", "standing",
    "told_themes",
)  # fmt: skip
_OF_TOLD = {"closings": "CLOSED", "answers": "RESPONDED"}


def sheets_of(workbook: Path) -> dict[str, Rows]:
    """The rows of each sheet but the cover, without head, up to the first empty line."""
    found = {}
    for sheet in openpyxl.load_workbook(workbook, data_only=False).worksheets[1:]:
        rows: Rows = []
        for row in sheet.iter_rows(min_row=2, values_only=True):
            if all(value is None for value in row):
                break
            rows.append(row)
        found[sheet.title.split(" ", 1)[1]] = rows
    return found


def differences(dsn: str, workbook: Path, period: Period, before: Period | None) -> dict[str, Any]:
    """Of each sheet: how many cells it has, and the rows that it or SQL has alone."""
    sheets = sheets_of(workbook)
    head, wanted = prelude(period, before), queries(period)
    both = sheets.pop("conciliacion")
    sheets.pop("indicadores")
    found: dict[str, Any] = {
        "conciliacion": (4 * len(both), [row for row in both if row[2] != row[3]], [])
    }
    assert sheets.keys() == wanted.keys(), sheets.keys() ^ wanted.keys()
    with psycopg.connect(dsn) as connection:
        connection.execute("set work_mem = '256MB'")
        for name in _KEPT:
            text = f"create temp table {name} as {head} select * from {name}"
            connection.execute(text.encode())
        for name, state in _OF_TOLD.items():
            text = f"create temp table {name} as select * from told where status_to = '{state}'"
            connection.execute(text.encode())
        for name, rows in sheets.items():
            expected = connection.execute(wanted[name].encode()).fetchall()
            if name == "por-municipio":  # those with cases alone
                expected = [row for row in expected if row[3] or row[5] or row[9]]
            one, two = _plain(rows), _plain(expected)
            alone = [row for row in one if row not in two], [row for row in two if row not in one]
            if len(one) != len(two):
                alone[1].append(f"{len(one)} rows, {len(two)} in SQL")
            found[name] = (sum(map(len, rows)), *alone)
    return found


def _plain(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, Decimal | int | float):
            return float(value)
        return value.date() if isinstance(value, datetime) else value

    return sorted((tuple(plain(value) for value in row) for row in rows), key=str)


def main() -> int:
    workbook, period = Path(sys.argv[1]), parse_period(sys.argv[2])
    dsn = load_settings().postgres.dsn
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select first_day from meta.live_publication").fetchone()
    assert row, "nothing is published"
    before = period.before() if period.before().first >= row[0] else None
    cells = differing = 0
    for name, (count, mine, theirs) in differences(dsn, workbook, period, before).items():
        cells += count
        differing += len(mine) + len(theirs)
        print(f"{name}: {count:,} cells, {len(mine)} rows differ")
        for row in mine[:3]:
            print("  workbook", row)
        for row in theirs[:3]:
            print("  SQL     ", row)
    print(f"{workbook.name}: {cells:,} cells, {differing} rows differ")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
