"""Rebuild every seed: `python seeds/build`. Running it again changes no byte."""

import csv
from pathlib import Path

import business_calendar
import departments
import geography
from catalogues import CATALOGUES

TARGET = Path(__file__).resolve().parent.parent


def write_seed(name: str, rows: list[tuple[str, ...]]) -> None:
    """Write rows (header first) as UTF-8 CSV with LF."""
    with (TARGET / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)


def main() -> None:
    """Write the seeds beside this folder."""
    write_seed("dim_geo", [geography.COLUMNS, *geography.rows()])
    write_seed("dim_department", [departments.COLUMNS, *departments.rows()])
    write_seed("dim_calendar", [business_calendar.COLUMNS, *business_calendar.rows()])
    for name, rows in CATALOGUES.items():
        write_seed(name, rows)


if __name__ == "__main__":
    main()
