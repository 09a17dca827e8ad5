"""What the cases were about, as published: cases by span and theme."""

from collections.abc import Mapping
from typing import Final

from orchestration.report.cube import Span, spans_cte
from orchestration.report.live import Coverage, Snapshot

# A publication of before has no themes.
_IS_SERVED: Final = "select to_regclass('gold.kpi_topic_daily') is not null"
_COUNTS: Final = """
select spans.span, topics.topic, sum(topics.cases_count)::bigint
from gold.kpi_topic_daily as topics
join spans on topics.day between spans.first_day and spans.last_day
group by 1, 2
having sum(topics.cases_count) > 0
"""

Themes = Mapping[tuple[Span, str], int]


def themes(snapshot: Snapshot, coverage: Coverage) -> Themes:
    """Read the cases by span and theme; nothing where no model read the texts."""
    ((is_served,),) = snapshot.rows(_IS_SERVED)
    if not is_served:
        return {}
    rows = snapshot.rows(f"with {spans_cte(coverage)}{_COUNTS}")
    return {(span, theme): count for span, theme, count in rows}
