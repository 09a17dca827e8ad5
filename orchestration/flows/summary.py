"""The KPIs of a publication, read back from what people query."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import psycopg


@dataclass(frozen=True)
class Kpi:
    """One figure of the closing summary: `value` as it is shown, `meaning` in a few words."""

    name: str
    value: str
    meaning: str


_TOTALS = """
select
    (select sum(tickets_count) from gold.kpi_volume_daily) as tickets,
    (select sum(backlog_count) from gold.kpi_backlog_daily where day = %(day)s) as backlog,
    (select sum(closings_count) from gold.kpi_sla_daily) as closings,
    (select sum(within_sla_count) from gold.kpi_sla_daily) as within_sla,
    (select sum(overdue_count) from gold.kpi_sla_daily where day = %(day)s) as overdue,
    (
        select sum(avg_hours_to_first_response * responses_count) / nullif(sum(responses_count), 0)
        from gold.kpi_first_response_daily
    ) as first_response_hours,
    (
        select sum(avg_hours_to_close * closings_count) / nullif(sum(closings_count), 0)
        from gold.kpi_close_time_daily
    ) as close_hours
"""


def published_kpis(connection: psycopg.Connection, day: date) -> tuple[Kpi, ...]:
    """The closing figures of the current publication.

    Args:
        connection: Any role that may read gold.
        day: The last published day; backlog and overdue are as of its end.
    """
    row = connection.execute(_TOTALS, {"day": day}).fetchone()
    if row is None:
        return ()
    tickets, backlog, closings, within_sla, overdue, first_response, close = row
    in_time = f"{Decimal(100) * within_sla / closings:.2f} %" if closings else "no closings yet"
    return (
        Kpi("tickets", f"{tickets or 0:,}", "created in the published days"),
        Kpi("closings", f"{closings or 0:,}", "a reopened ticket closes more than once"),
        Kpi("within SLA", in_time, "of the closings"),
        Kpi("backlog", f"{backlog or 0:,}", f"open at the end of {day}"),
        Kpi("overdue", f"{overdue or 0:,}", f"open and past their term at the end of {day}"),
        Kpi("first response", _hours(first_response), "mean, calendar hours"),
        Kpi("time to close", _hours(close), "mean, calendar hours"),
    )


def _hours(value: Decimal | None) -> str:
    return "none yet" if value is None else f"{value:,.1f} h"
