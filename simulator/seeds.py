"""The reference lists that the simulator shares with the warehouse: the repository's seeds."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from simulator.errors import ConfigError

FOLDER = Path(__file__).resolve().parent.parent / "seeds"
USED = ("dim_calendar", "dim_geo", "dim_sla_policy")


@dataclass(frozen=True)
class CalendarDay:
    """One row of dim_calendar."""

    day: date
    is_business_day: bool
    holiday_name: str
    business_seconds_before: int


@dataclass(frozen=True)
class Municipality:
    """One row of dim_geo, as far as events name it."""

    geo_id: str
    region: str
    department: str
    name: str
    population: int


def rows(name: str) -> list[dict[str, str]]:
    """Read a seed as dictionaries of texts.

    Raises:
        ConfigError: The seed is not there; the message says how to build it.
    """
    path = FOLDER / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError as error:
        raise ConfigError(f"seed {path} cannot be read ({error}); run python seeds/build") from None


@lru_cache(maxsize=1)
def calendar_days() -> tuple[CalendarDay, ...]:
    """Return the business calendar, day after day without a gap."""
    return tuple(
        CalendarDay(
            day=date.fromisoformat(row["day"]),
            is_business_day=row["is_business_day"] == "true",
            holiday_name=row["holiday_name"],
            business_seconds_before=int(row["business_seconds_before"]),
        )
        for row in rows("dim_calendar")
    )


def calendar_range() -> tuple[date, date]:
    """Return the first and the last day of the business calendar."""
    days = calendar_days()
    return days[0].day, days[-1].day


def last_usable_day(longest_life: int) -> date:
    """Return the last day whose cases, living so many days at most, end within the calendar."""
    return calendar_range()[1] - timedelta(days=longest_life)


@lru_cache(maxsize=1)
def municipalities() -> tuple[Municipality, ...]:
    """Return the municipalities in the order of their codes."""
    return tuple(
        Municipality(
            geo_id=row["geo_id"],
            region=row["region"],
            department=row["department"],
            name=row["municipio"],
            population=int(row["population"]),
        )
        for row in rows("dim_geo")
    )


@lru_cache(maxsize=1)
def policy_names() -> tuple[str, ...]:
    """Return the SLA policies, each once, in the seed's order."""
    return tuple(dict.fromkeys(row["policy_id"] for row in rows("dim_sla_policy")))


def sla_days(policy: str, pqrs_type: str, subtype: str, radicated: date) -> int:
    """Return the business days of a policy in force on the radicated day.

    A row for the subtype goes before the row for any subtype.

    Raises:
        ConfigError: No row in force.
    """
    found = [
        row
        for row in rows_of_policy(policy)
        if row["pqrs_type"] == pqrs_type
        and row["subtype"] in ("", subtype)
        and row["valid_from"] <= radicated.isoformat() <= (row["valid_to"] or "9999")
    ]
    if not found:
        raise ConfigError(f"no term of {policy} for {pqrs_type} {subtype} on {radicated}")
    return int(max(found, key=lambda row: row["subtype"])["business_days"])


@lru_cache(maxsize=8)
def rows_of_policy(policy: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one SLA policy."""
    return tuple(row for row in rows("dim_sla_policy") if row["policy_id"] == policy)
