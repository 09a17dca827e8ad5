"""What became of the cases that were open at the end of a day, from the committed lake.

A case ends late when its next closing comes after more business time than its term. That is known
once the case is closed, or once its term is over: no extension brings it back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from orchestration.errors import UsageError

SNAPSHOT: Final = "silver.tickets_snapshot"
# Answers a query of the lake with its rows.
Ask = Callable[[str], list[tuple[Any, ...]]]

_QUERY: Final = """
with closings as (
    select ticket_id, day, arg_min(not is_within_sla, change_no) as is_late
    from silver.status_events
    where is_valid and status_to = 'CLOSED' and day <= date '{known_by}'
    group by ticket_id, day
),
standing as (
    select ticket_id, is_overdue from silver.tickets_snapshot where day = date '{known_by}'
),
cases as (
    select * from silver.tickets_snapshot
    where day between date '{first}' and date '{last}' and not is_overdue
),
known as (
    select
        cases.*,
        if(closings.day is null, nullif(standing.is_overdue, false), closings.is_late) as is_late
    from cases
    asof left join closings on cases.ticket_id = closings.ticket_id and cases.day < closings.day
    left join standing on cases.ticket_id = standing.ticket_id
)
select {columns}, count(*) as cases_count, count(*) filter (is_late) as late_count
from known where is_late is not null group by all order by all
"""
_USED: Final = "coalesce(sla_elapsed_seconds * 100 // (sla_days * 86400), 0)"


@dataclass(frozen=True)
class Period:
    """Days whose open cases are looked at, and the day by whose end their outcome must be known."""

    first: date
    last: date
    known_by: date


@dataclass(frozen=True)
class Group:
    """Cases and days that are alike.

    Attributes:
        key: The levels of the terms, or the published score and its version.
        used_pct: Share of the term that was used, 0 to 100, rounded down; 0 before radication.
        cases_count: Rows of the snapshot.
        late_count: Of these, whose case ended late.
    """

    key: tuple[Any, ...]
    used_pct: int
    cases_count: int
    late_count: int


def levels_of(root: Path) -> dict[str, str]:
    """The terms of the model with the SQL of their levels, from the macro that dbt scores with."""
    from jinja2 import Environment

    found: dict[str, str] = {}

    def keep(terms: dict[str, str]) -> str:
        found.update(terms)
        return ""

    # A macro is SQL for DuckDB, not a page.
    environment = Environment(autoescape=False)  # noqa: S701
    environment.globals["return"] = keep
    text = (root / "macros" / "gold" / "late_risk_terms.sql").read_text(encoding="utf-8")
    environment.from_string(text).module.late_risk_terms()  # type: ignore[attr-defined]
    return found


def outcomes(ask: Ask, period: Period, columns: list[str]) -> list[Group]:
    """Count the cases of a period whose outcome is known, by the values of SQL columns.

    Raises:
        UsageError: There are none.
    """
    dates = {name: str(value) for name, value in vars(period).items()}
    rows = ask(_QUERY.format(columns=", ".join([*columns, _USED]), **dates))
    if not rows:
        raise UsageError(
            f"no case that was open from {period.first} to {period.last} has a known outcome by"
            f" {period.known_by}: take more days, `pqr run --days 60`"
        )
    return [Group(tuple(key), int(used), cases, late) for *key, used, cases, late in rows]


def days_of_lake(ask: Ask) -> tuple[date, date]:
    """First and last day of the snapshot. Raises UsageError without any."""
    ((first, last),) = ask(f"select min(day), max(day) from {SNAPSHOT}")
    if first is None:
        raise UsageError("the lake has no open case: `pqr run` fills it")
    return first, last
