"""Serving: what Postgres is about to publish. Plain SQL of Postgres over the batches that count.

`{batches}` stands for the batches of the publication to come.
"""

from orchestration.quality.rules import Figure, Suite

_OF = "batch_id = any({batches})"


def _unique(table: str, *keys: str) -> Figure:
    columns = ", ".join(keys)
    return Figure(
        table,
        "grain_is_unique_over_batches",
        f"select count(*) - count(distinct ({columns})) from serving.{table} where {_OF}",
    )


def _orphans(table: str) -> Figure:
    return Figure(
        table,
        "ticket_exists",
        f"select count(*) from serving.{table} as part where part.{_OF} and not exists ("
        f"select from serving.tickets where tickets.{_OF} and tickets.ticket_id = part.ticket_id)",
        f"select part.ticket_id::text from serving.{table} as part where part.{_OF} and not exists"
        f" (select from serving.tickets where tickets.{_OF}"
        " and tickets.ticket_id = part.ticket_id) limit 5",
    )


SERVING = Suite(
    layer="serving",
    rules=(
        _unique("tickets", "ticket_id"),
        _unique("kpi_volume_daily", "day", "channel", "pqrs_type"),
        _unique("kpi_backlog_daily", "day", "pqrs_type", "region"),
        _unique("kpi_sla_daily", "day", "pqrs_type"),
        _orphans("status_events"),
        _orphans("messages"),
        _orphans("attachments"),
        Figure(
            "kpi_volume_daily",
            "days_are_those_of_the_world",
            "select count(*) from (select distinct day from serving.kpi_volume_daily"
            f" where {_OF}) as found"
            " full join (select unnest({world_days}::date[])"
            " as day) as expected using (day) where found.day is null or expected.day is null",
        ),
        Figure(
            "kpi_volume_daily",
            "volume_is_that_of_the_tickets",
            f"select abs((select sum(tickets_count) from serving.kpi_volume_daily where {_OF})"
            f" - (select count(*) from serving.tickets where {_OF}))",
        ),
        Figure(
            "kpi_backlog_daily",
            "backlog_is_what_stands_open",
            "select abs(coalesce((select sum(backlog_count) from serving.kpi_backlog_daily"
            f" where {_OF} and day = {{last_day}}), 0) - (select count(*) from serving.tickets"
            f" where {_OF} and current_status not in ('CLOSED', 'ARCHIVED')))",
        ),
        Figure(
            "kpi_sla_daily",
            "closings_are_those_of_the_events",
            f"select abs((select sum(closings_count) from serving.kpi_sla_daily where {_OF})"
            f" - (select count(*) from serving.status_events where {_OF}"
            " and is_valid and status_to = 'CLOSED'))",
        ),
    ),
)
