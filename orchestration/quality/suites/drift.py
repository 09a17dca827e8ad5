"""Drift: today's figures beside those that earlier runs of the same configuration left in meta."""

from orchestration.quality.rules import Figure

# Each gives the change in percent; the baseline is a variable that is null before the first run.
_OF_THE_RUN = "created_day between getvariable('first_day') and getvariable('last_day')"
_CHANGE = "100.0 * abs(%s - getvariable('baseline_{0}')) / nullif(getvariable('baseline_{0}'), 0)"


# What a case opens with. Later messages are shorter, and a world that has just begun has few.
OPENING_LENGTH = f"""(
    select avg(text_len) from (
        select ticket_id, arg_min(text_len, ts) as text_len
        from messages where role = 'citizen' group by ticket_id
    ) semi join (select ticket_id from tickets where {_OF_THE_RUN}) using (ticket_id)
)"""


def _change(name: str, value: str) -> str:
    return (_CHANGE % value).format(name)


DRIFT = (
    # Against what the calendar makes expect: a Sunday is no drift.
    Figure(
        "tickets",
        "volume_to_expected_pct",
        "select 100.0 * count(*) / nullif(getvariable('expected_tickets'), 0)"
        f" from tickets where {_OF_THE_RUN}",
    ),
    Figure(
        "tickets",
        "volume_drift_pct",
        "select "
        + _change("volume", "(100.0 * count(*) / nullif(getvariable('expected_tickets'), 0))")
        + f" from tickets where {_OF_THE_RUN}",
    ),
    Figure("messages", "opening_text_length", f"select {OPENING_LENGTH}"),
    Figure("messages", "text_length_drift_pct", f"select {_change('text_length', OPENING_LENGTH)}"),
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
