"""The tables of outcomes, extensions, waiting times and offices."""

from typing import Any, Final

from orchestration.report.build import TYPES, Builder
from orchestration.report.handling import OUTCOMES
from orchestration.report.table import Table
from orchestration.report.words import share

_DAYS: Final = ("avg_days", "median_days", "p90_days")
_NOBODY: Final = "unassigned"


def handling_tables(build: Builder) -> list[Table]:
    """Outcomes, outcomes by subtype, extensions and waiting times."""
    return [_outcomes(build), _by_subtype(build), _extensions(build), _waits(build)]


def office_tables(build: Builder) -> list[Table]:
    """The work of each office, and what it has pending."""
    work = build.figures.handling
    rows = []
    for office, (came, answered, handed, _, one_touch) in sorted(work.offices.items()):
        closings = build.closings("now", "office", office)
        if office == _NOBODY and not answered and not closings[0]:
            continue  # what came in and was then given to an office
        touch = share(one_touch, closings[0])
        rows.append((_called(build, office), came, answered, *closings, touch, handed))
    end = build.figures.period.last
    loads = []
    for office in sorted({name for at, name in work.loads if at == end}):
        is_open, at_risk, overdue = work.load_on(end, office)
        loads.append(
            (_called(build, office), is_open, is_open - at_risk - overdue, at_risk, overdue)
        )
    loads.sort(key=lambda row: (-row[4], -row[3], row[0]))
    shown = [(row[0], row[3]) for row in loads]
    is_open, at_risk, overdue = work.load_on(end)
    loads.append((build.word("total"), is_open, is_open - at_risk - overdue, at_risk, overdue))
    columns = ["came_in", "answers", "closings", "within", "late", "within_pct"]
    return [
        build.table("office", ["office", *columns, "one_touch_pct", "handoffs"], rows),
        build.table(
            "at_risk",
            ["office", "pending", "with_time", "at_risk", "overdue"],
            loads,
            has_total=True,
            charts=(build.bars("at_risk", shown, "at_risk"),),
        ),
    ]


def _outcomes(build: Builder) -> Table:
    found = build.figures.handling.answers
    total = found.count("now", "all")
    rows: list[tuple[Any, ...]] = []
    for outcome in (*OUTCOMES, None):
        cell = found.at("now", "outcome", outcome) if outcome else found.at("now", "all")
        count, within, tacit, *days = cell or (0, 0, 0, None, None, None)
        name = build.called("outcome", outcome) if outcome else build.word("total")
        before = (
            build.count(found, "before", "outcome", outcome)
            if outcome
            else build.count(found, "before", "all")
        )
        silent = tacit if outcome in ("WITHDRAWN", None) else None
        shares = share(count, total), before
        rows.append(
            (name, count, *shares, within, count - within, share(within, count), silent, *days)
        )
    columns = ["answers", "share_pct", "answers_before", "within", "late", "within_pct", "tacit"]
    return build.table(
        "outcome",
        ["outcome", *columns, *_DAYS],
        rows,
        has_total=True,
        charts=(build.bars("outcome", [row[:2] for row in rows[:-1]], "answers"),),
    )


def _by_subtype(build: Builder) -> Table:
    found = build.figures.handling.answers
    rows: list[tuple[Any, ...]] = []
    for kind, subtype in sorted(found.members("subtype")):
        counts = [found.count("now", "subtype_outcome", kind, subtype, name) for name in OUTCOMES]
        denied = share(counts[OUTCOMES.index("DENIED")], sum(counts))
        shown = build.called("type", kind), build.called("subtype", subtype)
        rows.append((*shown, sum(counts), *counts, denied))
    totals = [found.count("now", "outcome", name) for name in OUTCOMES]
    denied = share(totals[OUTCOMES.index("DENIED")], sum(totals))
    rows.append((build.word("total"), "", sum(totals), *totals, denied))
    columns = [f"outcomes.{name}" for name in OUTCOMES]
    return build.table(
        "denied", ["type", "subtype", "answers", *columns, "denied_pct"], rows, has_total=True
    )


def _extensions(build: Builder) -> Table:
    found = build.figures.handling.extensions
    rows: list[tuple[Any, ...]] = []
    for kind in (*TYPES, None):
        key: tuple[Any, ...] = ("type", kind) if kind else ("all",)
        name = build.called("type", kind) if kind else build.word("total")
        valid, refused, cases, days = found.at("now", *key) or (0, 0, 0, 0)
        rows.append((name, valid, build.count(found, "before", *key), cases, days, refused))
    columns = ["extensions", "extensions_before", "extended_cases", "days_added", "refused"]
    return build.table("extension", ["type", *columns], rows, has_total=True)


def _waits(build: Builder) -> Table:
    found = build.figures.handling.waits
    rows: list[tuple[Any, ...]] = []
    for kind in (*TYPES, None):
        cell = found.at("now", "type", kind) if kind else found.at("now", "all")
        name = build.called("type", kind) if kind else build.word("total")
        rows.append((name, *(cell or (0, *[None] * 6))))
    columns = [f"{of}_{name}" for of in ("citizen", "entity") for name in _DAYS]
    return build.table("waiting", ["type", "closings", *columns], rows, has_total=True)


def _called(build: Builder, office: str) -> str:
    if office == _NOBODY:
        return build.word("no_office")
    return build.called("office", office, build.figures.handling.names.get(office, ""))
