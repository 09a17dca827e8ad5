"""What the cases were about, as published: cases by span, theme and type."""

from collections.abc import Mapping
from typing import Final

from orchestration.report.cube import Span, spans_cte
from orchestration.report.live import Coverage, Snapshot

# A publication of before has no themes.
_IS_SERVED: Final = "select to_regclass('gold.kpi_topic_daily') is not null"
# A case counts once, also where two versions read it: by the newer one, as in gold.kpi_topic_daily.
_COUNTS: Final = """,
told as (
    select distinct on (ticket_id) day, coalesce(topic, 'sin_tema') as topic, pqrs_type
    from silver.case_topics
    order by ticket_id, model_version desc
)
select spans.span, told.topic, told.pqrs_type, count(*)::bigint
from told
join spans on told.day between spans.first_day and spans.last_day
group by 1, 2, 3
"""
_TOTAL: Final = """
select coalesce(sum(cases_count), 0)::bigint from gold.kpi_topic_daily
where day between %(first)s and %(last)s
"""

Themes = Mapping[tuple[Span, str, str], int]


def themes(snapshot: Snapshot, coverage: Coverage) -> Themes:
    """Read the cases by span, theme and type; nothing where no model read the texts."""
    if not _is_served(snapshot):
        return {}
    rows = snapshot.rows(f"with {spans_cte(coverage)}{_COUNTS}")
    return {row[:3]: row[3] for row in rows}


def themes_total(snapshot: Snapshot, coverage: Coverage) -> int:
    """The cases of the period in the KPI of gold."""
    if not _is_served(snapshot):
        return 0
    first, last = coverage.first_day, coverage.period.last
    ((total,),) = snapshot.rows(_TOTAL, first=first, last=last)
    return int(total)


def _is_served(snapshot: Snapshot) -> bool:
    ((is_served,),) = snapshot.rows(_IS_SERVED)
    return bool(is_served)
