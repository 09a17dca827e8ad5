"""The lab of docs/course/lab.md: plant a fault in the reference lists, and check who found it.

`python infra/course/lab.py plant --seed 7` makes one working day of September a holiday.
`check DAY` says whether the day is right, and whether file and published figures are repaired.
"""

import argparse
import csv
import random
import sys
from datetime import date
from pathlib import Path

import psycopg

from orchestration.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = ROOT / "seeds" / "dim_calendar.csv"
# Which day was planted; a name that gives nothing away.
NOTE = ROOT / "target" / "lab.txt"
# Working days on which cases of the default world are due.
_FIRST, _LAST = "2025-09-15", "2025-09-26"
_DAY_SECONDS = 86400
Row = dict[str, str]


def planted(rows: list[Row], day: str) -> list[Row]:
    """The calendar with one working day less: every later business day moves by one."""
    index = int(rows[0]["business_day_index"]) - (rows[0]["is_business_day"] == "true")
    changed = []
    for row in rows:
        is_business_day = row["is_business_day"] == "true" and row["day"] != day
        changed.append(
            {
                **row,
                "is_business_day": str(is_business_day).lower(),
                "holiday_name": "Día cívico" if row["day"] == day else row["holiday_name"],
                "business_seconds_before": str(index * _DAY_SECONDS),
                "business_day_index": str(index := index + is_business_day),
            }
        )
    return changed


def read_calendar() -> list[Row]:
    """The rows of the calendar, in their order."""
    with CALENDAR.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plant(seed: int) -> None:
    """Change the calendar. Ends with 1 when a fault is planted already."""
    rows = read_calendar()
    if NOTE.exists() and is_off(rows, NOTE.read_text(encoding="utf-8")):
        sys.exit("lab: a fault is planted already; `git checkout seeds` takes it away")
    days = [
        row["day"] for row in rows
        if _FIRST <= row["day"] <= _LAST and row["is_business_day"] == "true"
    ]  # fmt: skip
    day = random.Random(seed).choice(days)  # noqa: S311 -- no secret
    with CALENDAR.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(planted(rows, day))
    NOTE.parent.mkdir(exist_ok=True)
    NOTE.write_text(day, encoding="utf-8")
    print("lab: a fault is planted; `pqr run --days 30` publishes it")


def is_off(rows: list[Row], day: str) -> bool:
    """Whether the calendar says that nobody works on the day."""
    return any(row["day"] == day and row["is_business_day"] == "false" for row in rows)


def is_published_off(day: str) -> bool:
    """Whether the published calendar says so."""
    with psycopg.connect(load_settings().postgres.reader_dsn) as connection:
        found = connection.execute(
            "select is_business_day from silver.dim_calendar where day = %s", [day]
        ).fetchone()
    return found is not None and not found[0]


def check(answer: str) -> bool:
    """Say what is found and repaired. True: all of it."""
    if not NOTE.exists():
        sys.exit("lab: no fault is planted; `python infra/course/lab.py plant --seed 7`")
    day = NOTE.read_text(encoding="utf-8")
    findings = {
        "the day is right": answer == day,
        "the file is repaired": not is_off(read_calendar(), day),
        "the published figures are repaired": not is_published_off(day),
    }
    for finding, is_so in findings.items():
        print(f"{'yes' if is_so else 'no ':3}  {finding}")
    return all(findings.values())


def main() -> None:
    """Plant or check, as the command line says."""
    parser = argparse.ArgumentParser(prog="lab", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("plant").add_argument("--seed", type=int, default=7)
    commands.add_parser("check").add_argument("day", type=date.fromisoformat)
    given = parser.parse_args()
    if given.command == "plant":
        plant(given.seed)
    else:
        sys.exit(not check(given.day.isoformat()))


if __name__ == "__main__":
    main()
