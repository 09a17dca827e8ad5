"""Who holds a case, and when: read move by move, in plain Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from raw_lines import DAY, local_day
from replayed_cases import Case, Move

NOBODY = "unassigned"


@dataclass(frozen=True)
class Hold:
    """Who holds a case after a move."""

    office: str
    agent: str | None
    is_handoff: bool = False


def held(case: Case) -> Iterator[tuple[Move, Hold, Hold]]:
    """Each move with who held the case before and after it."""
    before = Hold(NOBODY, None)
    for move in case.life:
        office, agent = move.data.get("dependencia_id"), move.data.get("agent_id")
        changes_office = bool(office) and before.office not in (NOBODY, office)
        changes_agent = bool(agent) and before.agent not in (None, agent)
        after = Hold(
            office or before.office, agent or before.agent, changes_office or changes_agent
        )
        yield move, before, after
        before = after


def office_at(case: Case, day: date) -> str:
    office = NOBODY
    for move, _, after in held(case):
        if local_day(move.ts) <= day:
            office = after.office
    return office


def is_one_touch(case: Case, closing: Move) -> bool:
    messages = [ts for ts in case.agent_messages if case.created.ts < ts <= closing.ts]
    reopened = [m for m in case.life if m.entered == "REOPENED" and m.order < closing.order]
    return len(messages) == 1 and not reopened


def whole(instant: datetime) -> int:
    return (instant - datetime.fromisoformat("2000-01-01T00:00:00+00:00")) // timedelta(seconds=1)


def month_later(day: date) -> date:
    """The same day of the next month, or its last day where it has none."""
    year, month = day.year + day.month // 12, day.month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
    return date(year, month, min(day.day, last))
