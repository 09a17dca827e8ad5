"""SQL of the tests of pages, apart from the pages' own."""

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
