"""The owner's five KPIs, recomputed from raw lines in plain Python.

Written from the definitions alone: it loops over cases and days, where the models sum over sets. It
shares no code with them.
"""

import math
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from raw_lines import DAY, day_end, local_day
from replayed_cases import FINISHED, Cases

TYPES = ("P", "Q", "R", "S")
CHANNELS = ("email", "webform", "chat", "call", "other_digital")
# These have rows on the days on which they bring a case.
LATER_CHANNELS = ("in_person", "postal")
REGIONS = ("Andina", "Caribe", "Pacífica", "Orinoquía", "Amazonía", "Insular")

Table = dict[tuple[Any, ...], dict[str, Any]]


class Oracle(Cases):
    """The KPI tables over the cases of raw lines."""

    def kpi_volume(self, days: list[date]) -> Table:
        table: Table = {
            (day, channel, kind): {"tickets_count": 0}
            for day in days
            for channel in CHANNELS
            for kind in TYPES
        }
        for case in self.cases.values():
            channel = case.created.event["data"]["source_channel"]
            if channel in LATER_CHANNELS:
                day = local_day(case.created.ts)
                for kind in TYPES:
                    table.setdefault((day, channel, kind), {"tickets_count": 0})
        for case in self.cases.values():
            data = case.created.event["data"]
            key = (local_day(case.created.ts), data["source_channel"], case.type)
            table[key]["tickets_count"] += 1
        return table

    def kpi_backlog(self, days: list[date]) -> Table:
        table: Table = {
            (day, kind, region): {"backlog_count": 0}
            for day in days
            for kind in TYPES
            for region in REGIONS
        }
        for case in self.cases.values():
            region = self.places[case.created.event["data"]["geo_code"]]["region"]
            for day in days:
                state = self.state(case, day)
                if state is not None and state not in FINISHED:
                    table[day, case.type, region]["backlog_count"] += 1
        return table

    def kpi_sla(self, days: list[date]) -> Table:
        closed: dict[tuple[date, str], list[bool]] = defaultdict(list)
        for case, ts in self.closings():
            in_time = self.elapsed(case, ts) <= self.term(case, ts)
            closed[local_day(ts), case.type].append(in_time)
        excess: dict[tuple[date, str], list[int]] = defaultdict(list)
        for case in self.cases.values():
            for day in days:
                if case.term_seconds is None or self.state(case, day) in (None, *FINISHED):
                    continue
                over = self.elapsed(case, day_end(day)) - self.term(case, day_end(day))
                if over > 0:
                    excess[day, case.type].append(over)
        return {
            (day, kind): {
                "closings_count": len(closed[day, kind]),
                "within_sla_count": sum(closed[day, kind]),
                "within_sla_pct": mean(100 * sum(closed[day, kind]), len(closed[day, kind])),
                "overdue_count": len(excess[day, kind]),
                "avg_overdue_days": mean(sum(excess[day, kind]), 86400 * len(excess[day, kind])),
            }
            for day in days
            for kind in TYPES
        }

    def kpi_first_response(self, days: list[date]) -> Table:
        found: dict[tuple[date, str], list[timedelta]] = defaultdict(list)
        for case in self.cases.values():
            if case.first_response is not None:
                key = (local_day(case.first_response), case.type)
                found[key].append(case.first_response - case.created.ts)
        return _durations(days, found, "responses_count", "hours_to_first_response")

    def kpi_close_time(self, days: list[date]) -> Table:
        found: dict[tuple[date, str], list[timedelta]] = defaultdict(list)
        for case, ts in self.closings():
            found[local_day(ts), case.type].append(ts - case.created.ts)
        return _durations(days, found, "closings_count", "hours_to_close")

    def kpis(self, first: date, last: date) -> dict[str, Table]:
        """The five tables over the days of a world, by dataset name."""
        days = [first + offset * DAY for offset in range((last - first).days + 1)]
        return {
            "kpi_volume": self.kpi_volume(days),
            "kpi_backlog": self.kpi_backlog(days),
            "kpi_sla": self.kpi_sla(days),
            "kpi_first_response": self.kpi_first_response(days),
            "kpi_close_time": self.kpi_close_time(days),
        }


def half_up(value: Fraction) -> Decimal:
    hundredths = math.floor(value * 100 + Fraction(1, 2))
    return Decimal(hundredths).scaleb(-2)


def mean(total: int, count: int) -> Decimal | None:
    return half_up(Fraction(total, count)) if count else None


def _durations(
    days: list[date], found: dict[tuple[date, str], list[timedelta]], count: str, noun: str
) -> Table:
    table: Table = {}
    for day in days:
        for kind in TYPES:
            micros = sorted(value // timedelta(microseconds=1) for value in found[day, kind])
            hour = 3_600_000_000
            table[day, kind] = {
                count: len(micros),
                f"avg_{noun}": mean(sum(micros), hour * len(micros)),
                f"median_{noun}": rank(micros, Fraction(1, 2), hour),
                f"p90_{noun}": rank(micros, Fraction(9, 10), hour),
            }
    return table


def rank(ordered: list[int], share: Fraction, unit: int) -> Decimal | None:
    """Nearest rank: the smallest value that at least `share` of the values do not exceed."""
    if not ordered:
        return None
    return half_up(Fraction(ordered[math.ceil(share * len(ordered)) - 1], unit))
