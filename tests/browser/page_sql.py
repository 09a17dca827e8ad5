"""SQL of the tests of pages, apart from the pages' own."""

from typing import Any

from orchestration.dashboard.filters import Filters, periods
from orchestration.dashboard.frame import values_of
from orchestration.dashboard.reading import Rows, read_answers, read_live
from tests.integration.run.lake import Lake

# The five figures of the last 14 days.
FIGURES = """
with days as (select last_day, last_day - 13 as first_day from meta.live_publication)

select
    (select sum(tickets_count) from gold.kpi_volume_daily, days where day >= first_day),
    (select sum(backlog_count) from gold.kpi_backlog_daily, days where day = last_day),
    (
        select round(100.0 * sum(within_sla_count) / sum(closings_count), 1)
        from gold.kpi_sla_daily, days where day >= first_day
    ),
    (select sum(overdue_count) from gold.kpi_sla_daily, days where day = last_day),
    (
        select round(
            sum(avg_hours_to_first_response * responses_count) / sum(responses_count), 1
        )
        from gold.kpi_first_response_daily, days where day >= first_day
    )
"""

# What is open at the end of the last day.
OPEN_NOW = """
with now as (select last_day from meta.live_publication)

select
    (select sum(backlog_count) from gold.kpi_backlog_daily, now where day = last_day),
    (select sum(overdue_count) from gold.kpi_sla_daily, now where day = last_day),
    (select sum(at_risk_count) from gold.kpi_dependencia_daily, now where day = last_day),
    percentile_disc(0.5) within group (order by last_day - created_day),
    max(last_day - created_day)
from silver.tickets, now
where current_status not in ('CLOSED', 'ARCHIVED')
"""

# The live batches again as another publication, with warnings.
REPUBLISH = """
with published as (
    insert into meta.publications (world_id, run_id, attempt, status, first_day, last_day)
    select world_id, run_id, attempt, 'DEGRADED', first_day, last_day
    from meta.publications
    order by publication_id desc
    limit 1
    returning publication_id
),

batches as (
    insert into meta.publication_batches (publication_id, dataset, batch_id)
    select published.publication_id, dataset, batch_id
    from published
    cross join meta.publication_batches
    where meta.publication_batches.publication_id
    = (select publication_id from meta.current_publication)
)

update meta.current_publication set publication_id = (select publication_id from published)
returning publication_id
"""


def asked(world: Lake, filters: Filters, queries: dict[str, Any], **values: Any) -> dict[str, Rows]:
    """What a page would read with these filters."""
    dsn = world.settings.postgres.reader_dsn
    live = read_live(dsn)
    assert live
    span = periods(live.first_day, live.last_day, filters)
    assert span
    answers = read_answers(
        dsn, live.publication_id, queries, {**values_of(filters, span), **values}
    )
    assert answers
    return {name: answer.rows for name, answer in answers.items()}


def summary_figures(world: Lake, language: str) -> list[str]:
    """The strip of the summary as a page of the language writes it, by SQL on gold."""
    created, is_open, in_time, overdue, hours = world.query(FIGURES)[0]
    english = [f"{created:,}", f"{is_open:,}", f"{in_time}%", f"{overdue:,}", f"{hours} h"]
    return [text.replace("%", " %") if language == "es" else text
            for text in _written(english, language)]  # fmt: skip


def backlog_figures(world: Lake, language: str) -> list[str]:
    """The strip of the backlog as a page of the language writes it, by SQL on gold."""
    *counts, median, oldest = world.query(OPEN_NOW)[0]
    english = [f"{count:,}" for count in counts] + [f"{days}.0 d" for days in (median, oldest)]
    return _written(english, language)


def _written(english: list[str], language: str) -> list[str]:
    swap = str.maketrans(",.", ".,")
    return english if language == "en" else [text.translate(swap) for text in english]
