"""Cases by due day, and the reports of finished periods, recomputed from raw lines in plain Python.

Written from the definitions alone: it loops over cases and days, where the models sum over sets. It
shares no code with them.
"""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from handling import HandlingOracle
from raw_lines import DAY, day_end, local_day
from recomputation import TYPES, Table, mean, rank
from replayed_cases import FINISHED, RUNNING, Case

MICROSECOND, HOUR_US = timedelta(microseconds=1), 3_600_000_000
# Months of a period, by its table.
PERIODS = {"monthly": 1, "quarterly": 3, "semester": 6}


class PeriodOracle(HandlingOracle):
    """All tables of the work on cases, and what an entity reports of a period."""

    def kpis(self, first: date, last: date) -> dict[str, Table]:
        tables = super().kpis(first, last)
        days = [first + offset * DAY for offset in range((last - first).days + 1)]
        tables["kpi_sla_cohort"] = self.kpi_sla_cohort(days)
        for name, months in PERIODS.items():
            tables[f"report_{name}"] = self._report(days, months, tables)
        return tables

    def kpi_sla_cohort(self, days: list[date]) -> Table:
        found: dict[Any, list[tuple[bool, bool]]] = defaultdict(list)
        for case in self.cases.values():
            for day in days:
                if self._due_day(case, day) == day:
                    is_answered = self._is_answered(case, day)
                    in_term = self.elapsed(case, day_end(day)) <= self.term(case, day_end(day))
                    found[day, case.type].append((is_answered, in_term))
        return {
            (day, kind): {
                "due_count": len(due := found[day, kind]),
                "in_term_count": (answered := due.count((True, True))),
                "late_count": due.count((True, False)),
                "open_count": sum(not is_answered for is_answered, _ in due),
                "in_term_pct": mean(100 * answered, len(due)),
            }
            for day in days
            for kind in TYPES
        }

    def _is_answered(self, case: Case, day: date) -> bool:
        state = self.state(case, day)
        return state in FINISHED or state == case.stops_at

    def _due_day(self, case: Case, day: date) -> date | None:
        """The day on which the clock reaches the term, as known at the end of a day."""
        if case.clock_start is None or self.state(case, day) in (None, "RECEIVED"):
            return None
        known = [(ts, state) for ts, state in case.moves if local_day(ts) <= day]
        zero = self.time.at(case.clock_start)
        term = self.term(case, day_end(day))
        total, stood = 0, zero
        for place, (ts, state) in enumerate(known):
            if state not in RUNNING or (state == case.stops_at == "RESPONDED"):
                continue
            start = max(self.time.at(ts), zero)
            is_last = place == len(known) - 1
            if is_last or total + max(self.time.at(known[place + 1][0]) - start, 0) >= term:
                return self.time.day_of(start + term - total)
            stood = max(self.time.at(known[place + 1][0]), zero)
            total += stood - start
        # It stands still: a case that waits with some of its term left is not due.
        return self.time.day_of(stood + term - total) if self._is_answered(case, day) else None

    def _report(self, days: list[date], months: int, tables: dict[str, Table]) -> Table:
        periods: dict[date, list[date]] = defaultdict(list)
        for day in days:
            periods[_end_of_period(day, months)].append(day)
        return {
            (end, kind): self._period(covered, kind, tables)
            for end, covered in periods.items()
            if covered[-1] == end
            for kind in TYPES
        }

    def _period(self, days: list[date], kind: str, tables: dict[str, Table]) -> dict[str, Any]:
        cases = [case for case in self.cases.values() if case.type == kind]
        within = set(days)
        entered = [
            (case, ts, state)
            for case in cases
            for ts, state in case.moves
            if local_day(ts) in within
        ]
        closings = [(case, ts) for case, ts, state in entered if state == "CLOSED"]
        in_time = sum(self.elapsed(case, ts) <= self.term(case, ts) for case, ts in closings)
        answers = [
            case.first_response - case.created.ts
            for case in cases
            if case.first_response is not None and local_day(case.first_response) in within
        ]
        due = {
            name: sum(tables["kpi_sla_cohort"][day, kind][name] for day in days)
            for name in ("due_count", "in_term_count", "late_count", "open_count")
        }
        standing = tables["kpi_sla"][days[-1], kind]
        return {
            "days_covered": len(days),
            "opening_backlog_count": self._open(cases, days[0] - DAY),
            "received_count": sum(local_day(case.created.ts) in within for case in cases),
            "reopened_count": sum(state == "REOPENED" for _, _, state in entered),
            "closings_count": len(closings),
            "within_sla_count": in_time,
            "within_sla_pct": mean(100 * in_time, len(closings)),
            "late_count": len(closings) - in_time,
            "closing_backlog_count": self._open(cases, days[-1]),
            "overdue_count": standing["overdue_count"],
            "avg_overdue_days": standing["avg_overdue_days"],
            "due_count": due["due_count"],
            "due_in_term_count": due["in_term_count"],
            "due_in_term_pct": mean(100 * due["in_term_count"], due["due_count"]),
            "due_late_count": due["late_count"],
            "due_open_count": due["open_count"],
            "responses_count": len(answers),
            **_hours(answers, "hours_to_first_response"),
            **_hours([ts - case.created.ts for case, ts in closings], "hours_to_close"),
        }

    def _open(self, cases: list[Case], day: date) -> int:
        states = [self.state(case, day) for case in cases]
        return sum(state is not None and state not in FINISHED for state in states)


def _end_of_period(day: date, months: int) -> date:
    """The last day of the month, quarter or half-year of a day."""
    month = (day.month + months - 1) // months * months
    return date(day.year + month // 12, month % 12 + 1, 1) - DAY


def _hours(lengths: list[timedelta], noun: str) -> dict[str, Any]:
    micros = sorted(length // MICROSECOND for length in lengths)
    return {
        f"avg_{noun}": mean(sum(micros), HOUR_US * len(micros)),
        f"median_{noun}": rank(micros, Fraction(1, 2), HOUR_US),
        f"p90_{noun}": rank(micros, Fraction(9, 10), HOUR_US),
    }
