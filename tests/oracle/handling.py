"""Offices, outcomes, waiting and business time, recomputed from raw lines in plain Python.

Written from the definitions alone: it loops over cases and days, where the models sum over sets. It
shares no code with them.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from held_cases import NOBODY, held, is_one_touch, month_later, office_at, whole
from raw_lines import DAY, day_end, local_day
from recomputation import TYPES, Oracle, Table, mean, rank
from replayed_cases import ALLOWED, FINISHED, Case, Move

OUTCOMES = ("ANSWERED", "TRANSFERRED", "DENIED", "WITHDRAWN")
HOUR, BUSINESS_DAY = 3600, 86400
# What is waited for, its place in `_waits`, and its unit.
WAITS = (
    ("hours_waiting_citizen", 0, HOUR),
    ("business_days_waiting_citizen", 1, BUSINESS_DAY),
    ("hours_waiting_entity", 2, HOUR),
    ("business_days_waiting_entity", 3, BUSINESS_DAY),
)


class HandlingOracle(Oracle):
    """The tables of the work on cases."""

    def kpis(self, first: date, last: date) -> dict[str, Table]:
        tables = super().kpis(first, last)
        days = [first + offset * DAY for offset in range((last - first).days + 1)]
        self._with_business_days(days, tables)
        self._with_extensions(tables["kpi_sla"])
        return tables | {
            "kpi_outcome": self.kpi_outcome(days),
            "kpi_waiting": self.kpi_waiting(days),
            "kpi_dependencia": self.kpi_dependencia(days),
            "kpi_status_transitions": self.kpi_status_transitions(days),
        }

    def _passed(self, begin: datetime, end: datetime) -> int:
        return self.time.at(end) - self.time.at(begin)

    def _with_business_days(self, days: list[date], tables: dict[str, Table]) -> None:
        answered: dict[Any, list[int]] = defaultdict(list)
        closed: dict[Any, list[int]] = defaultdict(list)
        for case in self.cases.values():
            begin = case.created.ts
            if case.first_response is not None:
                key = local_day(case.first_response), case.type
                answered[key].append(self._passed(begin, case.first_response))
            for ts in _entered(case, "CLOSED"):
                closed[local_day(ts), case.type].append(self._passed(begin, ts))
        for day in days:
            for kind in TYPES:
                key = day, kind
                row = tables["kpi_first_response"][key]
                row |= _three(answered[key], "business_days_to_first_response", BUSINESS_DAY)
                row = tables["kpi_close_time"][key]
                row |= _three(closed[key], "business_days_to_close", BUSINESS_DAY)

    def _with_extensions(self, table: Table) -> None:
        for row in table.values():
            row |= {"extensions_count": 0, "refused_extensions_count": 0}
        for case in self.cases.values():
            for ts, days in case.extensions:
                name = "extensions_count" if days else "refused_extensions_count"
                table[local_day(ts), case.type][name] += 1

    def kpi_status_transitions(self, days: list[date]) -> Table:
        found: dict[Any, list[tuple[int, int]]] = defaultdict(list)
        for case in self.cases.values():
            since = case.created.ts
            for move in case.life:
                seconds = whole(move.ts) - whole(since)
                key = local_day(move.ts), case.type, move.left, move.entered
                found[key].append((seconds, self._passed(since, move.ts)))
                since = move.ts
        return {
            (day, kind, *pair): {
                "transitions_count": len(found[day, kind, *pair]),
                **_three([one for one, _ in found[day, kind, *pair]], "hours_in_state", HOUR),
                **_three(
                    [two for _, two in found[day, kind, *pair]],
                    "business_days_in_state",
                    BUSINESS_DAY,
                ),
            }
            for day in days
            for kind in TYPES
            for pair in ALLOWED
        }

    def kpi_outcome(self, days: list[date]) -> Table:
        found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for case in self.cases.values():
            for number, move in enumerate(case.life):
                if move.entered == "RESPONDED":
                    outcome = move.data.get("outcome") or "ANSWERED"
                    answer = self._answer(case, number, move, outcome)
                    found[local_day(move.ts), case.type, outcome].append(answer)
        return {
            key: {
                "responses_count": len(found[key]),
                "in_term_count": sum(a["in_term"] for a in found[key]),
                "in_term_pct": mean(100 * sum(a["in_term"] for a in found[key]), len(found[key])),
                "informacion_count": sum(a["subtype"] == "informacion" for a in found[key]),
                "consulta_count": sum(a["subtype"] == "consulta" for a in found[key]),
                "general_count": sum(
                    a["subtype"] not in ("informacion", "consulta") for a in found[key]
                ),
                "tacit_count": sum(a["tacit"] for a in found[key]),
                **_three(
                    [a["passed"] for a in found[key]], "business_days_to_response", BUSINESS_DAY
                ),
            }
            for day in days
            for kind in TYPES
            for key in ((day, kind, outcome) for outcome in OUTCOMES)
        }

    def _answer(self, case: Case, number: int, move: Move, outcome: str) -> dict[str, Any]:
        assert case.clock_start is not None
        if outcome == "TRANSFERRED":
            in_term = self._passed(case.clock_start, move.ts) <= 5 * BUSINESS_DAY
        else:
            in_term = self.elapsed(case, move.ts) <= self.term(case, move.ts)
        silences = [
            month_later(local_day(begin.ts)) <= local_day(end.ts)
            for begin, end in zip(case.life[:number], case.life[1 : number + 1], strict=True)
            if begin.entered == "ON_HOLD"
        ]
        return {
            "in_term": in_term,
            "tacit": outcome == "WITHDRAWN" and any(silences),
            "subtype": case.created.event["data"].get("subtype"),
            "passed": self._passed(case.created.ts, move.ts),
        }

    def _waits(self, case: Case, closing: Move) -> tuple[int, int, int, int]:
        """Seconds and business seconds that the citizen, then the entity, was waited for."""
        paused = paused_business = 0
        radicated = next(move.ts for move in case.life if move.entered == "RADICATED")
        for begin, end in zip(case.life, case.life[1:], strict=False):
            if begin.entered == "ON_HOLD" and end.order <= closing.order:
                paused += whole(end.ts) - whole(begin.ts)
                paused_business += self._passed(begin.ts, end.ts)
        seconds = whole(closing.ts) - whole(radicated)
        business = self._passed(radicated, closing.ts)
        return paused, paused_business, seconds - paused, business - paused_business

    def kpi_waiting(self, days: list[date]) -> Table:
        found: dict[Any, list[tuple[int, int, int, int]]] = defaultdict(list)
        for case in self.cases.values():
            for move in case.life:
                if move.entered == "CLOSED":
                    found[local_day(move.ts), case.type].append(self._waits(case, move))
        return {
            (day, kind): {"closings_count": len(found[day, kind])}
            | {
                name: value
                for noun, place, unit in WAITS
                for name, value in _three(
                    [waits[place] for waits in found[day, kind]], noun, unit
                ).items()
            }
            for day in days
            for kind in TYPES
        }

    def kpi_dependencia(self, days: list[date]) -> Table:
        rows: dict[Any, dict[str, Any]] = defaultdict(lambda: defaultdict(list))
        for case in self.cases.values():
            rows[local_day(case.created.ts), NOBODY]["received"].append(case)
            for move, before, after in held(case):
                key = local_day(move.ts), after.office
                rows[key]["moves"].append(move)
                rows[key]["agents"].append(after.agent)
                if after.office != before.office:
                    rows[key]["received"].append(case)
                if after.is_handoff:
                    rows[key]["handoffs"].append(case)
                rows[key][move.entered].append((case, move))
            for day in days:
                state = self.state(case, day)
                if state is not None and state not in FINISHED:
                    rows[day, office_at(case, day)]["open"].append(self._standing(case, day))
        for day in days:
            rows[day, NOBODY]["moves"].append(None)
        return {
            key: self._work(row)
            for key, row in rows.items()
            if key[0] in days and (row["moves"] or row["open"])
        }

    def _standing(self, case: Case, day: date) -> str:
        """Whether an open case is overdue, at risk or neither at the end of a day."""
        end = day_end(day)
        radicated = [move for move in case.life if local_day(move.ts) <= day]
        if not radicated:
            return "calm"
        elapsed, term = self.elapsed(case, end), self.term(case, end)
        if elapsed > term:
            return "overdue"
        return "at risk" if elapsed + 3 * BUSINESS_DAY > term else "calm"

    def _work(self, row: dict[str, Any]) -> dict[str, Any]:
        closings = row["CLOSED"]
        waits = [self._waits(case, move) for case, move in closings]
        one_touch = sum(is_one_touch(case, move) for case, move in closings)
        idle = [
            (whole(move.ts) - whole(case.life[0].ts), self._passed(case.life[0].ts, move.ts))
            for case, move in row["ASSIGNED"]
        ]
        found = {
            "received_count": len(row["received"]),
            "assigned_count": len(row["ASSIGNED"]),
            "answered_count": len(row["RESPONDED"]),
            "closings_count": len(closings),
            "open_count": len(row["open"]),
            "at_risk_count": row["open"].count("at risk"),
            "overdue_count": row["open"].count("overdue"),
            "handoffs_count": len(row["handoffs"]),
            "agents_count": len({agent for agent in row["agents"] if agent}),
            "one_touch_count": one_touch,
            "one_touch_pct": mean(100 * one_touch, len(closings)),
            "avg_hours_unassigned": mean(sum(a for a, _ in idle), HOUR * len(idle)),
            "avg_business_days_unassigned": mean(sum(b for _, b in idle), BUSINESS_DAY * len(idle)),
        }
        for noun, place, unit in WAITS:
            total = sum(wait[place] for wait in waits)
            found[f"avg_{noun}"] = mean(total, unit * len(waits))
        return found


def _entered(case: Case, state: str) -> Iterable[datetime]:
    return (move.ts for move in case.life if move.entered == state)


def _three(seconds: list[int], noun: str, unit: int) -> dict[str, Any]:
    ordered = sorted(seconds)
    return {
        f"avg_{noun}": mean(sum(ordered), unit * len(ordered)),
        f"median_{noun}": rank(ordered, Fraction(1, 2), unit),
        f"p90_{noun}": rank(ordered, Fraction(9, 10), unit),
    }
