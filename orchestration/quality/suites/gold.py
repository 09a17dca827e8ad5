"""Gold: complete grids, sane figures, and every total reconciled with silver day by day."""

from typing import Final

from orchestration.quality.rules import Figure, Members, Offence, Suite, no_row, zero

# Each table with the columns of its grain after the day, and how many rows a day has (SQL).
GRAINS: Final = {
    "kpi_volume": (("channel", "pqrs_type"), "len(getvariable('channels')) * 4"),
    "kpi_backlog": (
        ("pqrs_type", "region"),
        "4 * (select count(distinct region) from dim_geo)",
    ),
    "kpi_sla": (("pqrs_type",), "4"),
    "kpi_sla_cohort": (("pqrs_type",), "4"),
    "kpi_first_response": (("pqrs_type",), "4"),
    "kpi_close_time": (("pqrs_type",), "4"),
    "kpi_priority": (("priority",), "len(getvariable('priorities'))"),
    "kpi_department": (("department",), "(select count(distinct department) from dim_geo)"),
    "kpi_status_transitions": (
        ("pqrs_type", "status_from", "status_to"),
        "4 * (select count(*) from dim_status_transition)",
    ),
}
_CLOSED = "is_valid and status_to = 'CLOSED'"


def _grid(table: str) -> tuple[Figure, Members, Figure]:
    """A day has each combination once, and every day of the world is there."""
    keys, rows_a_day = GRAINS[table]
    columns = ", ".join(("day", *keys))
    shown = " || ' ' || ".join(f"{column}::varchar" for column in ("day", *keys))
    return (
        Figure(
            table,
            "grain_is_unique",
            f"select count(*) - count(distinct ({columns})) from {table}",
            f"select {shown} from {table} group by {columns} having count(*) > 1 limit 5",
        ),
        Members(
            table,
            "every_day_is_there",
            f"select distinct day::varchar from {table}",
            "select day::varchar from world_days",
        ),
        Figure(
            table,
            "every_day_has_its_grid",
            f"select count(*) from (select day from {table} group by day"
            f" having count(*) <> {rows_a_day})",
            f"select day::varchar from {table} group by day"
            f" having count(*) <> {rows_a_day} limit 5",
        ),
    )


def _same_by_day(table: str, name: str, figure: str, source: str) -> Figure:
    """Sum over the days of the absolute difference between a table and what silver says."""
    both = f"""
        from (select day, {figure} as found from {table} group by day) as gold
        full join ({source}) as silver using (day)
        where day between getvariable('world_first_day') and getvariable('world_last_day')
    """
    difference = "abs(coalesce(found, 0) - coalesce(expected, 0))"
    return Figure(
        table,
        name,
        f"select coalesce(sum({difference}), 0) {both}",
        f"select day::varchar || ': ' || coalesce(found, 0) || ' for ' || coalesce(expected, 0)"
        f" {both} and {difference} > 0 order by day limit 5",
    )


def _of(table: str, figure: str) -> str:
    return f"select day, {figure} as expected from {table} group by day"


_VOLUME = "select created_day as day, count(*) as expected from tickets group by 1"
_CLOSINGS = f"select day, count(*) as expected from status_events where {_CLOSED} group by 1"
_RESPONSES = """
    select
        ((first_response_at at time zone 'UTC') - interval 5 hours)::date as day,
        count(*) as expected
    from tickets where first_response_at is not null group by 1
"""


def _cells(table: str, offences: dict[str, str]) -> tuple[Offence, ...]:
    keys = " || ' ' || ".join(f"{column}::varchar" for column in ("day", *GRAINS[table][0]))
    return no_row(table, keys, offences)


GOLD = Suite(
    layer="gold",
    relations={table: f"select * from {table}" for table in GRAINS},
    partitions=dict.fromkeys(GRAINS, "day::varchar"),
    rules=(
        *(rule for table in GRAINS for rule in _grid(table)),
        *_cells("kpi_volume", {"counts_are_not_negative": "coalesce(tickets_count < 0, true)"}),
        *_cells("kpi_backlog", {"counts_are_not_negative": "coalesce(backlog_count < 0, true)"}),
        *_cells(
            "kpi_sla",
            {
                "counts_are_in_order": (
                    "coalesce(within_sla_count not between 0 and closings_count"
                    " or overdue_count < 0, true)"
                ),
                "pct_is_that_of_its_counts": (
                    "within_sla_pct is distinct from"
                    " cast(100.0 * within_sla_count / nullif(closings_count, 0) as decimal(5, 2))"
                ),
                "overdue_days_are_positive": (
                    "(overdue_count = 0) <> (avg_overdue_days is null) or avg_overdue_days < 0"
                ),
            },
        ),
        *_cells(
            "kpi_sla_cohort",
            {
                "counts_add_up": (
                    "due_count <> in_term_count + late_count + open_count"
                    " or least(in_term_count, late_count, open_count) < 0"
                )
            },
        ),
        *_cells(
            "kpi_first_response",
            {
                "hours_are_in_order": (
                    "avg_hours_to_first_response < 0"
                    " or median_hours_to_first_response > p90_hours_to_first_response"
                    " or (responses_count = 0) <> (avg_hours_to_first_response is null)"
                )
            },
        ),
        *_cells(
            "kpi_close_time",
            {
                "hours_are_in_order": (
                    "avg_hours_to_close < 0 or median_hours_to_close > p90_hours_to_close"
                    " or (closings_count = 0) <> (avg_hours_to_close is null)"
                )
            },
        ),
        _same_by_day("kpi_volume", "volume_is_that_of_silver", "sum(tickets_count)", _VOLUME),
        _same_by_day("kpi_sla", "closings_are_those_of_silver", "sum(closings_count)", _CLOSINGS),
        _same_by_day(
            "kpi_sla",
            "closings_in_time_are_those_of_silver",
            "sum(within_sla_count)",
            f"select day, count(*) as expected from status_events where {_CLOSED}"
            " and is_within_sla group by 1",
        ),
        _same_by_day(
            "kpi_close_time",
            "closings_are_those_of_sla",
            "sum(closings_count)",
            _of("kpi_sla", "sum(closings_count)"),
        ),
        _same_by_day(
            "kpi_first_response",
            "responses_are_those_of_silver",
            "sum(responses_count)",
            _RESPONSES,
        ),
        _same_by_day(
            "kpi_status_transitions",
            "changes_are_those_of_silver",
            "sum(transitions_count)",
            "select day, count(*) as expected from status_events where is_valid group by 1",
        ),
        *(
            _same_by_day(
                table,
                "five_kpis_are_those_of_the_whole",
                "sum(tickets_count) + sum(backlog_count) + sum(closings_count)"
                " + sum(within_sla_count) + sum(overdue_count) + sum(responses_count)",
                """
                select day, tickets + backlog + closings + within + overdue + responses as expected
                from (select day, sum(tickets_count) as tickets from kpi_volume group by 1)
                join (select day, sum(backlog_count) as backlog from kpi_backlog group by 1)
                    using (day)
                join (
                    select
                        day, sum(closings_count) as closings, sum(within_sla_count) as within,
                        sum(overdue_count) as overdue
                    from kpi_sla group by 1
                ) using (day)
                join (
                    select day, sum(responses_count) as responses from kpi_first_response group by 1
                ) using (day)
                """,
            )
            for table in ("kpi_priority", "kpi_department")
        ),
        *zero(
            "kpi_backlog",
            {
                # Day by day the backlog is yesterday's, plus what came, minus what went.
                "last_backlog_is_what_stands_open": """
                    select abs(
                        coalesce((
                            select sum(backlog_count) from kpi_backlog
                            where day = getvariable('world_last_day')
                        ), 0)
                        - (
                            select count(*) from tickets
                            where current_status not in ('CLOSED', 'ARCHIVED')
                        )
                    )
                """,
                "overdue_is_part_of_backlog": """
                    select count(*) from (
                        select day, pqrs_type, sum(backlog_count) as backlog
                        from kpi_backlog group by all
                    ) join kpi_sla using (day, pqrs_type) where overdue_count > backlog
                """,
            },
        ),
        _same_by_day(
            "kpi_backlog",
            "backlog_moves_with_its_cases",
            "sum(backlog_count)",
            """
            select day, sum(change) over (order by day) as expected
            from world_days
            left join (
                select day, sum(change) as change from (
                    select created_day as day, 1 as change from tickets
                    union all
                    select
                        day,
                        case status_to when 'CLOSED' then -1 when 'REOPENED' then 1 else 0 end
                    from status_events where is_valid
                ) group by day
            ) using (day)
            """,
        ),
        Figure(
            "kpi_sla_cohort",
            "breach_pct",
            """
            select if(
                sum(due_count) >= 500,
                100.0 * sum(late_count + open_count) / sum(due_count),
                null
            ) from kpi_sla_cohort where day <= getvariable('world_last_day')
            """,
        ),
    ),
)
