"""The publication that is reported, and whether it covers a period."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from orchestration.errors import UsageError, WorkFailed
from orchestration.meta.connection import open_connection
from orchestration.report.period import Period, periods_within
from orchestration.wording import counted

_LIVE: Final = """
select publication_id, run_id, world_id, is_degraded, first_day, last_day, published_at
from meta.live_publication
"""
_CHECKS: Final = """
select result, count(*)::int as checks_count
from meta.current_checks
join meta.live_publication using (run_id)
where is_of_current_build
group by result
"""
# A grid has all its days: a day without rows is one that no run has published.
_MISSING_DAYS: Final = """
select days.day::date
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as days (day)
where not exists (select from gold.kpi_volume_daily as volume where volume.day = days.day::date)
order by 1
"""


class NothingPublished(UsageError):
    """There is no publication to report."""


class PeriodNotPublished(UsageError):
    """The period goes beyond what is published, or days of it are missing."""


@dataclass(frozen=True)
class Live:
    """The live publication. Days are Colombian calendar days."""

    publication_id: int
    run_id: UUID
    world_id: UUID
    is_degraded: bool
    first_day: date
    last_day: date
    published_at: datetime


@dataclass(frozen=True)
class Coverage:
    """Which days of the period are published; the period before, when all of its days are."""

    period: Period
    first_day: date
    before: Period | None

    @property
    def days(self) -> int:
        """Days of the period that are published: from `first_day` to its end."""
        return (self.period.last - self.first_day).days + 1


class Snapshot:
    """One instant of the published views, read as bi_reader; a context manager.

    All queries see the same publication: figures of two publications do not add up.
    """

    def __init__(self, reader_dsn: str, context: str) -> None:
        self._connection = open_connection(reader_dsn, context=context)

    def __enter__(self) -> "Snapshot":
        self._connection.execute("begin isolation level repeatable read read only")
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query.

        Raises:
            NothingPublished: The views are not there yet.
            WorkFailed: It took longer than the reader may use, is not allowed to it, or lacks a
                column.
        """
        try:
            return self._connection.execute(query.encode(), values).fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
            raise _nothing(_first_line(error)) from None
        except psycopg.errors.UndefinedColumn as error:
            raise WorkFailed(
                f"{_first_line(error)}: what is published is of an earlier version; publish again"
                " with `pqr run`"
            ) from None
        except (psycopg.errors.QueryCanceled, psycopg.errors.InsufficientPrivilege) as error:
            raise WorkFailed(
                f"PostgreSQL ended a query of the report: {_first_line(error)}; see"
                " docs/operate.md for the limits of bi_reader"
            ) from None

    def columns(self) -> set[tuple[str, str]]:
        """View and column, as ("gold.kpi_sla_daily", "day"), of all that is published."""
        return {
            (str(view), str(column))
            for view, column in self.rows(
                "select table_schema || '.' || table_name, column_name"
                " from information_schema.columns"
                " where table_schema in ('silver', 'gold', 'core', 'meta')"
            )
        }

    def live(self) -> Live:
        """The live publication. Raises NothingPublished."""
        try:
            with self._connection.cursor(row_factory=class_row(Live)) as cursor:
                live = cursor.execute(_LIVE.encode()).fetchone()
        except psycopg.errors.UndefinedTable as error:
            raise _nothing(_first_line(error)) from None
        except psycopg.errors.InsufficientPrivilege as error:
            raise WorkFailed(f"{_first_line(error)}: `pqr up` grants it to bi_reader") from None
        if live is None:
            raise _nothing("there is no publication")
        return live

    def checks(self) -> dict[str, int]:
        """How many checks of the publication's run had each result."""
        return {str(result): int(count) for result, count in self.rows(_CHECKS)}

    def coverage(self, live: Live, period: Period) -> Coverage:
        """What is published of a period and of the one before it.

        Raises:
            PeriodNotPublished: It is not over, begins after the end, or has a gap.
        """
        published = f"what is published goes from {live.first_day} to {live.last_day}"
        whole = ", ".join(item.name for item in periods_within(live.first_day, live.last_day))
        way_out = f"choose a published period ({whole}), or publish" if whole else "publish"
        if not live.first_day <= period.last <= live.last_day:
            raise PeriodNotPublished(
                f"--period {period.name} ends on {period.last}, and {published}: {way_out} more"
                " days: `pqr run` or `pqr backfill`, or `pqr ingest --end` in a new --world"
            )
        first = max(period.first, live.first_day)
        # The balance begins with what was open at the end of the day before.
        balance = max(first - timedelta(days=1), live.first_day)
        if missing := self._missing_days(balance, period.last):
            others = len(missing) - 1
            are = f" and {counted(others, 'more day')} are" if others else " is"
            raise PeriodNotPublished(
                f"--period {period.name} has a gap: {missing[0]}{are} not published:"
                f" `pqr backfill --start {missing[0]} --end {missing[-1]}` runs simulated days,"
                " `pqr ingest --end` extends a delivery to its last day; or choose another period"
            )
        before = period.before()
        is_whole = before.first >= live.first_day and not self._missing_days(
            before.first, before.last
        )
        return Coverage(period, first, before if is_whole else None)

    def _missing_days(self, first: date, last: date) -> list[date]:
        return [day for (day,) in self.rows(_MISSING_DAYS, first=first, last=last)]


def _nothing(reason: str) -> NothingPublished:
    return NothingPublished(f"nothing is published ({reason}): `pqr run` publishes the first days")


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().splitlines()[0]
