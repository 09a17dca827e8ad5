"""How cases were handled: outcomes, extensions, waits, and the work of the offices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from orchestration.report.cube import COUNT, Cube, cube, durations, position, spans_of
from orchestration.report.live import Coverage, Snapshot

OUTCOMES: Final = ("ANSWERED", "TRANSFERRED", "DENIED", "WITHDRAWN")

_ANSWERS: Final = """
facts as (
    select
        spans.span, answers.outcome, cases.pqrs_type, cases.subtype,
        -- A transfer has a term of its own.
        coalesce(
            answers.is_transfer_in_time, answers.sla_elapsed_seconds <= answers.sla_seconds
        ) as is_in_term,
        answers.is_withdrawal_tacit as is_tacit,
        answers.business_seconds - ({created}) as business_seconds
    from silver.status_events as answers
    join spans on answers.day between spans.first_day and spans.last_day
    join cases using (ticket_id)
    join silver.dim_calendar as calendar on calendar.day = cases.created_day
    where answers.is_valid and answers.status_to = 'RESPONDED'
)
"""
_EXTENSIONS: Final = """
facts as (
    select
        spans.span, cases.pqrs_type, extensions.ticket_id, extensions.is_valid,
        extensions.business_days
    from silver.term_extensions as extensions
    join spans on extensions.day between spans.first_day and spans.last_day
    join cases using (ticket_id)
)
"""
# Until each closing: on hold, and the rest since radication.
_WAITS: Final = """
facts as (
    select
        spans.span, cases.pqrs_type,
        coalesce(sum(holds.state_business_seconds), 0)::bigint as citizen_seconds,
        closings.business_seconds - radications.business_seconds
        - coalesce(sum(holds.state_business_seconds), 0)::bigint as entity_seconds
    from silver.status_events as closings
    join spans on closings.day between spans.first_day and spans.last_day
    join cases using (ticket_id)
    join silver.status_events as radications
        on radications.ticket_id = closings.ticket_id
        and radications.is_valid and radications.status_to = 'RADICATED'
    left join silver.status_events as holds
        on holds.ticket_id = closings.ticket_id and holds.change_no < closings.change_no
        and holds.is_valid and holds.status_from = 'ON_HOLD'
    where closings.is_valid and closings.status_to = 'CLOSED'
    group by
        spans.span, closings.event_id, cases.pqrs_type, closings.business_seconds,
        radications.business_seconds
)
"""
_OFFICES: Final = """
select
    dependencia_id, sum(received_count)::bigint, sum(answered_count)::bigint,
    sum(handoffs_count)::bigint, sum(closings_count)::bigint, sum(one_touch_count)::bigint
from gold.kpi_dependencia_daily
where day between %(first)s and %(last)s
group by 1
"""
_LOADS: Final = """
select day, dependencia_id, open_count, at_risk_count, overdue_count
from gold.kpi_dependencia_daily
where day = any(%(days)s)
"""
_NAMES: Final = "select dependencia_id, name from silver.dim_dependencia"


@dataclass(frozen=True)
class Handling:
    """How the cases of a period were handled.

    Attributes:
        answers: Answers by type, by outcome, by subtype and by these together: count, in term,
            tacit withdrawals; mean, median, p90 of business days from creation.
        extensions: By type: valid ones, refused ones, cases extended, business days added.
        waits: Closings by type: count; mean, median, p90 of business days that the citizen was
            waited for; the same of the entity.
        offices: By office: received, answered, handed over, closings, one-touch closings.
        loads: At the end of a day, by office: open, at risk, overdue.
        names: Of the offices, by id.
    """

    answers: Cube
    extensions: Cube
    waits: Cube
    offices: Mapping[str, tuple[int, ...]]
    loads: Mapping[tuple[date, str], tuple[int, int, int]]
    names: Mapping[str, str]

    def load_on(self, day: date, office: str | None = None) -> tuple[int, int, int]:
        """Open, at risk and overdue at the end of a day, of an office or of all."""
        rows = [
            row for (at, name), row in self.loads.items() if at == day and office in (None, name)
        ]
        return tuple(sum(row[i] for row in rows) for i in range(3))  # type: ignore[return-value]


def handling(snapshot: Snapshot, coverage: Coverage) -> Handling:
    """Read it."""
    ends = [last for _, last in spans_of(coverage).values()]
    offices = snapshot.rows(_OFFICES, first=coverage.first_day, last=coverage.period.last)
    return Handling(
        answers=_answers(snapshot, coverage),
        extensions=cube(
            snapshot,
            coverage,
            _EXTENSIONS,
            (
                "count(*) filter (where is_valid)::bigint",
                "count(*) filter (where not is_valid)::bigint",
                "count(distinct ticket_id) filter (where is_valid)::bigint",
                "coalesce(sum(business_days) filter (where is_valid), 0)::bigint",
            ),
            {"all": (), "type": ("pqrs_type",)},
        ),
        waits=cube(
            snapshot,
            coverage,
            _WAITS,
            (COUNT, durations("citizen_seconds"), durations("entity_seconds")),
            {"all": (), "type": ("pqrs_type",)},
        ),
        offices={row[0]: row[1:] for row in offices},
        loads={row[:2]: row[2:] for row in snapshot.rows(_LOADS, days=ends)},
        names=dict(snapshot.rows(_NAMES)),
    )


def _answers(snapshot: Snapshot, coverage: Coverage) -> Cube:
    created = position("(cases.created_at at time zone 'UTC' - interval '5 hours')")
    return cube(
        snapshot,
        coverage,
        _ANSWERS.format(created=created),
        (
            COUNT,
            "count(*) filter (where is_in_term)::bigint",
            "count(*) filter (where is_tacit)::bigint",
            durations("business_seconds"),
        ),
        {
            "all": (),
            "type": ("pqrs_type",),
            "outcome": ("outcome",),
            "of_subtype": ("subtype",),
            "of_subtype_outcome": ("subtype", "outcome"),
            "subtype": ("pqrs_type", "subtype"),
            "subtype_outcome": ("pqrs_type", "subtype", "outcome"),
        },
    )
