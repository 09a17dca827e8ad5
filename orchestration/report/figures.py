"""All figures of a report, read in one snapshot, and the proof that two ways to them agree."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from orchestration.errors import WorkFailed
from orchestration.report.cube import Cube, close_times, closed, received, response_times
from orchestration.report.handling import Handling, handling
from orchestration.report.live import Coverage, Live, Snapshot
from orchestration.report.period import Period
from orchestration.report.standing import Standing, standing
from orchestration.report.themes_read import Themes, themes, themes_total

# Of each length of period, the gold report that holds the same totals by type.
_REPORTS: Final = {1: "monthly", 3: "quarterly", 6: "semester"}
_DAILY: Final = """
select
    (select coalesce(sum(tickets_count), 0)::bigint from gold.kpi_volume_daily
        where day between %(first)s and %(last)s),
    coalesce(sum(closings_count), 0)::bigint, coalesce(sum(within_sla_count), 0)::bigint
from gold.kpi_sla_daily
where day between %(first)s and %(last)s
"""


_HANDLED: Final = """
select
    (select coalesce(sum(extensions_count), 0)::bigint from gold.kpi_sla_daily
        where day between %(first)s and %(last)s),
    (select coalesce(sum(closings_count), 0)::bigint from gold.kpi_waiting_daily
        where day between %(first)s and %(last)s),
    coalesce(sum(responses_count), 0)::bigint, coalesce(sum(in_term_count), 0)::bigint
from gold.kpi_outcome_daily
where day between %(first)s and %(last)s
"""


@dataclass(frozen=True)
class Agreement:
    """A figure by two ways: from the cases, and from a KPI of gold."""

    name: str
    cases: int
    kpi: int
    source: str


@dataclass(frozen=True)
class Figures:
    """What a report is written from."""

    live: Live
    coverage: Coverage
    checks: dict[str, int]
    received: Cube
    closed: Cube
    response_times: Cube
    close_times: Cube
    standing: Standing
    handling: Handling
    themes: Themes
    agreements: tuple[Agreement, ...]

    @property
    def period(self) -> Period:
        """The period that is reported."""
        return self.coverage.period


def read_figures(reader_dsn: str, period: Period) -> Figures:
    """Read the figures of a period.

    Raises:
        DatabaseUnavailable: PostgreSQL cannot be reached.
        NothingPublished, PeriodNotPublished: There is nothing to report.
        WorkFailed: Two ways to a figure disagree.
    """
    with Snapshot(reader_dsn, context="pqr report") as snapshot:
        live = snapshot.live()
        coverage = snapshot.coverage(live, period)
        came, went = received(snapshot, coverage), closed(snapshot, coverage)
        stands, handled = standing(snapshot, coverage), handling(snapshot, coverage)
        about = themes(snapshot, coverage)
        figures = Figures(
            live=live,
            coverage=coverage,
            checks=snapshot.checks(),
            received=came,
            closed=went,
            response_times=response_times(snapshot, coverage),
            close_times=close_times(snapshot, coverage),
            standing=stands,
            handling=handled,
            themes=about,
            agreements=(
                *_agreements(snapshot, coverage, came, went, stands),
                *_handled_agreements(snapshot, coverage, handled, stands),
                *_themes_agree(snapshot, coverage, about),
            ),
        )
    for item in figures.agreements:
        if item.cases != item.kpi:
            raise WorkFailed(
                f"publication {live.publication_id}: {item.name} of {period.name} is {item.cases}"
                f" by its cases and {item.kpi} in {item.source}: figures that disagree are not"
                " reported; `pqr verify` finds what has changed"
            )
    return figures


def _agreements(
    snapshot: Snapshot, coverage: Coverage, came: Cube, went: Cube, stands: Standing
) -> list[Agreement]:
    first, last = coverage.first_day, coverage.period.last
    ((volume, closings, within),) = snapshot.rows(_DAILY, first=first, last=last)
    closed_cell = went.at("now", "all") or (0, 0)
    pending = stands.pending_on(last)
    balance = stands.pending_on(first - timedelta(days=1))
    balance += came.count("now", "all") + stands.reopenings("now") - went.count("now", "all")
    in_places = sum(
        counts[0] for (kind, _), counts in stands.places.items() if kind == "department"
    )
    found = [
        Agreement("received", came.count("now", "all"), volume, "gold.kpi_volume_daily"),
        Agreement("closings", closed_cell[0], closings, "gold.kpi_sla_daily"),
        Agreement("within", closed_cell[1], within, "gold.kpi_sla_daily"),
        Agreement("pending", balance, pending, "gold.kpi_backlog_daily"),
        Agreement("pending", pending, in_places, "gold.kpi_department_daily"),
    ]
    view = f"gold.report_{_REPORTS[coverage.period.months]}"
    if (view, "received_count") in snapshot.columns():
        ((reported, closings),) = snapshot.rows(
            "select coalesce(sum(received_count), 0)::bigint,"
            f" coalesce(sum(closings_count), 0)::bigint from {view} where day = %(last)s",
            last=last,
        )
        found.append(Agreement("received", came.count("now", "all"), reported, view))
        found.append(Agreement("closings", closed_cell[0], closings, view))
    return found


def _handled_agreements(
    snapshot: Snapshot, coverage: Coverage, handled: Handling, stands: Standing
) -> list[Agreement]:
    last = coverage.period.last
    ((extended, waited, answers, in_term),) = snapshot.rows(
        _HANDLED, first=coverage.first_day, last=last
    )
    found = handled.answers.at("now", "all") or (0, 0)
    is_open, _, overdue = handled.load_on(last)
    view = "gold.kpi_dependencia_daily"
    return [
        Agreement("answers", found[0], answers, "gold.kpi_outcome_daily"),
        Agreement("answers_within", found[1], in_term, "gold.kpi_outcome_daily"),
        Agreement(
            "extensions", handled.extensions.count("now", "all"), extended, "gold.kpi_sla_daily"
        ),
        Agreement("closings", handled.waits.count("now", "all"), waited, "gold.kpi_waiting_daily"),
        Agreement("pending", stands.pending_on(last), is_open, view),
        Agreement("overdue", stands.overdue_on(last), overdue, view),
    ]


def _themes_agree(snapshot: Snapshot, coverage: Coverage, about: Themes) -> list[Agreement]:
    if not about:
        return []
    cases = sum(count for (span, _, _), count in about.items() if span == "now")
    total = themes_total(snapshot, coverage)
    return [Agreement("themes", cases, total, "gold.kpi_topic_daily")]
