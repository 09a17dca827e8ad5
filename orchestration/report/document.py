"""A report as a whole, ready for every format: cover, tables, notes, annexes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from orchestration.report.answer_tables import answer_tables
from orchestration.report.build import Builder, arrival_tables, term_tables
from orchestration.report.course import course
from orchestration.report.figures import Figures
from orchestration.report.handling_tables import handling_tables, office_tables
from orchestration.report.indicators import indicator_rows
from orchestration.report.inert import inert
from orchestration.report.petitioners import petitioner_tables
from orchestration.report.state import pending_tables, place_tables, summary, time_tables
from orchestration.report.table import Column, Table
from orchestration.report.themes import theme_tables
from orchestration.report.words import (
    NOTHING,
    Language,
    long_day,
    member,
    moment,
    period_name,
    word,
    written,
)

_METHOD: Final = (
    "method_received", "method_clock", "method_days", "method_handling", "method_cohort",
    "method_exact", "method_source",
)  # fmt: skip
_TILES: Final = (0, 1, 2, 3, 4, 5, 8, 9)


@dataclass(frozen=True)
class Notice:
    """What a reader must know before the figures; `kind` is degraded or partial."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True)
class Tile:
    """A headline figure of the cover."""

    what: str
    value: str
    unit: str
    change: str


@dataclass(frozen=True)
class Document:
    """A report in one language."""

    language: Language
    title: str
    entity: str
    period: str
    notices: tuple[Notice, ...]
    facts: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    tables: tuple[Table, ...]
    missing: tuple[str, ...]
    method: tuple[str, ...]
    annexes: tuple[Table, ...]
    foot: str


def document(figures: Figures, language: Language, entity: str = "") -> Document:
    """The report of the figures; `entity` is the name on its cover."""
    build = Builder(figures, language)
    period = period_name(figures.period, language)
    title = f"{word(language, 'title')} · {period}"
    head = summary(build)
    tables = [
        head,
        *arrival_tables(build),
        *petitioner_tables(build),
        course(build),
        *term_tables(build),
        *handling_tables(build),
        *answer_tables(build),
        *time_tables(build),
        *pending_tables(build),
        *office_tables(build),
        *place_tables(build),
        *(about := theme_tables(build)),
    ]
    missing = ("satisfaction",) if about else ("theme", "satisfaction")
    return Document(
        language=language,
        title=title,
        entity=inert(entity),
        period=period,
        notices=tuple(_notices(build)),
        facts=tuple(_facts(build)),
        tiles=tuple(_tile(head, row, language) for row in _TILES),
        tables=tuple(tables),
        missing=tuple(word(language, f"missing.{name}") for name in missing),
        method=tuple(word(language, name) for name in _METHOD),
        annexes=(_policies(build), _agreements(build), _indicators(build, tables)),
        foot=word(language, "foot", publication=figures.live.publication_id, title=title),
    )


def _notices(build: Builder) -> list[Notice]:
    figures, language = build.figures, build.language
    found = []
    if figures.live.is_degraded:
        warned = sum(
            count for result, count in figures.checks.items() if result not in ("PASS", "SKIPPED")
        )
        text = word(language, "degraded_text", warned=warned)
        found.append(Notice("degraded", word(language, "degraded_title"), text))
    coverage = figures.coverage
    if coverage.first_day > coverage.period.first:
        text = word(
            language,
            "partial_text",
            first=long_day(coverage.first_day, language),
            days=coverage.days,
            all=coverage.period.days,
        )
        found.append(Notice("partial", word(language, "partial_title"), text))
    if build.policy.names and not build.policy.is_of_the_law:
        text = build.policy.said(language)
        found.append(Notice("policy", word(language, "policy_title"), text))
    return found


def _facts(build: Builder) -> list[tuple[str, str]]:
    figures, language = build.figures, build.language
    live, coverage = figures.live, figures.coverage
    before = coverage.before
    compared = word(language, "not_compared")
    if before is not None:
        compared = word(
            language,
            "compared_text",
            name=_within_text(period_name(before, language), language),
            first=long_day(before.first, language),
            last=long_day(before.last, language),
        )
    return [
        (
            word(language, "days_covered"),
            word(
                language,
                "days_covered_text",
                first=long_day(coverage.first_day, language),
                last=long_day(coverage.period.last, language),
                days=coverage.days,
            ),
        ),
        (word(language, "compared"), compared),
        (
            word(language, "publication"),
            word(
                language,
                "publication_text",
                publication=live.publication_id,
                moment=moment(live.published_at, language),
            ),
        ),
        (word(language, "as_of"), long_day(live.last_day, language)),
        (word(language, "run"), str(live.run_id)),
        (word(language, "quality"), _quality(figures, language)),
        (word(language, "policy"), ", ".join(build.policy.names) or NOTHING),
    ]


def _within_text(name: str, language: Language) -> str:
    """A period's name inside a sentence: Spanish months and quarters begin small."""
    return name[0].lower() + name[1:] if language == "es" else name


def _quality(figures: Figures, language: Language) -> str:
    total = sum(count for result, count in figures.checks.items() if result != "SKIPPED")
    status = word(language, f"status.{'DEGRADED' if figures.live.is_degraded else 'PUBLISHED'}")
    if not total:
        return f"{status}: {word(language, 'quality_none')}"
    passed = figures.checks.get("PASS", 0)
    return f"{status}: {word(language, 'quality_text', passed=passed, total=total)}"


def _tile(head: Table, row: int, language: Language) -> Tile:
    what, unit, now, _, change = head.rows[row]
    kind = head.units[row]
    shown = unit if kind != "count" and now is not None else ""
    return Tile(what, written(now, kind, language), shown, _changed(change, kind, language))


def _changed(change: Any, unit: str, language: Language) -> str:
    if change is None:
        return ""
    return f"{written(change, 'points', language)} {'pp' if unit == 'pct' else '%'}"


def _policies(build: Builder) -> Table:
    language = build.language
    rows = [
        (
            inert(policy),
            member(language, "type", kind),
            member(language, "subtype", subtype or ""),
            days,
            member(language, "stops", stops),
            cases,
        )
        for policy, kind, subtype, days, stops, cases in build.standing.policies
    ]
    columns = [Column(word(language, name)) for name in ("policy", "type", "subtype")]
    columns += [Column(word(language, "sla_days"), "count"), Column(word(language, "stops"))]
    columns.append(Column(word(language, "cases"), "count"))
    name = {"es": "terminos", "en": "terms"}[language]
    return Table(name, word(language, "policies"), tuple(columns), tuple(rows))


def _agreements(build: Builder) -> Table:
    language = build.language
    rows = [
        (word(language, item.name), item.source, item.cases, item.kpi)
        for item in build.figures.agreements
    ]
    columns = (
        Column(word(language, "check")),
        Column(word(language, "source")),
        Column(word(language, "first_path"), "count"),
        Column(word(language, "second_path"), "count"),
    )
    name = {"es": "conciliacion", "en": "reconciliation"}[language]
    return Table(name, word(language, "agreements"), columns, tuple(rows))


def _indicators(build: Builder, tables: Sequence[Table]) -> Table:
    language = build.language
    columns = tuple(
        Column(word(language, name)) for name in ("indicator", "where", "source", "law")
    )
    name = {"es": "indicadores", "en": "indicators"}[language]
    shown = {table.title for table in tables}
    rows = tuple(indicator_rows(language, shown, build.policy))
    return Table(name, word(language, "indicators"), columns, rows)
