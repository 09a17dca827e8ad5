"""Drift: today's figures beside those that earlier runs of the same configuration left in meta."""

from orchestration.quality.rules import Figure

# Each gives the change in percent; the baseline is a variable that is null before the first run.
_OF_THE_RUN = "created_day between getvariable('first_day') and getvariable('last_day')"
_CHANGE = "100.0 * abs(%s - getvariable('baseline_{0}')) / nullif(getvariable('baseline_{0}'), 0)"


def _change(name: str, value: str, table: str, days: str) -> Figure:
    change = (_CHANGE % value).format(name)
    return Figure(table, f"{name}_drift_pct", f"select {change} from {table} where {days}")


DRIFT = (
    # Against what the calendar makes expect: a Sunday is no drift.
    Figure(
        "tickets",
        "volume_to_expected_pct",
        "select 100.0 * count(*) / nullif(getvariable('expected_tickets'), 0)"
        f" from tickets where {_OF_THE_RUN}",
    ),
    _change(
        "volume",
        "(100.0 * count(*) / nullif(getvariable('expected_tickets'), 0))",
        "tickets",
        _OF_THE_RUN,
    ),
    _change(
        "text_length",
        "avg(text_len) filter (where role = 'citizen')",
        "messages",
        "day between getvariable('first_day') and getvariable('last_day')",
    ),
    # The largest change of any share, in percentage points.
    *(
        Figure(
            "tickets",
            f"{name}_shares_drift_points",
            f"""
            with found as (
                select {column} as value, 100.0 * count(*) / sum(count(*)) over () as share
                from tickets where {_OF_THE_RUN} group by 1
            )

            select max(abs(coalesce(found.share, 0) - coalesce(baseline.share, 0)))
            from found
            full join (select * from baseline_shares where name = '{name}') as baseline
                using (value)
            where exists (select 1 from baseline_shares where name = '{name}')
            """,
        )
        for name, column in (("channel", "source_channel"), ("pqrs_type", "pqrs_type"))
    ),
)
