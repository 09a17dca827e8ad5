"""A published world made for the tests of reports and open data."""

from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
RUN_ID = "22222222-2222-5222-8222-222222222222"


def publish_report_world(
    admin_dsn: str,
    *,
    per_day: int = 6,
    status: str = "PUBLISHED",
    last_day: str = "2025-12-31",
    gap: str = "",
    subtype: str = "informacion",
) -> None:
    """Fill a migrated, empty database; `subtype` and `gap` are for texts and holes of a test."""
    values = {
        "per_day": str(per_day),
        "status": status,
        "last_day": last_day,
        "gap": gap,
        "subtype": subtype.replace("'", "''"),
    }
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    tables, cases = text.split("--COPY--")
    with psycopg.connect(admin_dsn) as connection:
        connection.execute(tables.encode())
        for name in ("dim_calendar", "dim_geo", "dim_channel"):
            copy = f"copy silver.{name} from stdin (format csv, header)".encode()
            with connection.cursor().copy(copy) as target:
                target.write((ROOT / "seeds" / f"{name}.csv").read_bytes())
        connection.execute(cases.encode())
        gold = Path(__file__).with_name("report_world_gold.sql")
        connection.execute(gold.read_bytes())
