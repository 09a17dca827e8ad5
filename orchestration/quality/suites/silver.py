"""Silver: keys, references, the state machine, the arithmetic of the term, shares and drift."""

from orchestration.quality.rules import Figure, Shares, Suite, no_row, zero
from orchestration.quality.suites.drift import DRIFT

_CLOSED = "current_status in ('CLOSED', 'ARCHIVED')"
_LOCAL_DAY = "((%s at time zone 'UTC') - interval 5 hours)::date"


def _outside(column: str, reference: str) -> str:
    return f"not coalesce(list_contains(getvariable('{reference}'), {column}), false)"


def _duplicates(table: str, key: str) -> Figure:
    return Figure(
        table,
        f"{key}_is_unique",
        f"select count(*) - count(distinct {key}) from {table}",
        f"select {key}::varchar from {table} group by 1 having count(*) > 1 limit 5",
    )


def _orphans(table: str) -> Figure:
    return Figure(
        table,
        "ticket_exists",
        f"select count(*) from {table} anti join tickets using (ticket_id)",
        f"select ticket_id::varchar from {table} anti join tickets using (ticket_id) limit 5",
    )


def _shares(name: str, column: str, *path: str) -> Shares:
    query = (
        f"select {column}, count(*) from tickets where created_day"
        " between getvariable('first_day') and getvariable('last_day') group by 1 order by 1"
    )
    return Shares("tickets", name, query, path)


SILVER = Suite(
    layer="silver",
    relations={
        # The term as the calendar alone gives it, where no pause and no reopening moved it.
        "tickets": """
            select
                written_tickets.*,
                dim_geo.geo_id is not null as is_located,
                radicated.business_day_index as radicated_index,
                due.business_day_index as due_index,
                policies.business_days as policy_days
            from written_tickets
            left join dim_geo on written_tickets.geo_id = dim_geo.geo_id
            left join dim_calendar as radicated on written_tickets.radicated_day = radicated.day
            left join dim_calendar as due on written_tickets.sla_due_day = due.day
            left join policies
                on written_tickets.sla_policy_id = policies.policy_id
                and written_tickets.pqrs_type = policies.pqrs_type
                and policies.subtype is not distinct from null
                and written_tickets.radicated_day
                    between policies.valid_from and coalesce(policies.valid_to, date '9999-12-31')
        """,
        "status_events": """
            select
                written_status_events.*,
                dim_status_transition.status_to is not null as is_allowed
            from written_status_events
            left join dim_status_transition using (status_from, status_to)
        """,
        "messages": "select *, length(text) as text_length from written_messages",
        "attachments": "select * from written_attachments",
    },
    partitions={
        "tickets": "month",
        "status_events": "day",
        "messages": "day",
        "attachments": "day",
    },
    rules=(
        *no_row(
            "tickets",
            "ticket_id::varchar",
            {
                "ticket_id_is_there": "ticket_id is null",
                "created_day_is_that_of_created_at": (
                    f"coalesce({_LOCAL_DAY % 'created_at'} <> created_day"
                    " or strftime(created_day, '%Y-%m') <> month, true)"
                ),
                "created_by_the_last_day": "created_day > getvariable('world_last_day')",
                "source_channel_is_known": _outside("source_channel", "channels"),
                "pqrs_type_is_known": _outside("pqrs_type", "types"),
                "priority_is_known": _outside("priority", "priorities"),
                "current_status_is_known": _outside("current_status", "statuses"),
                "geo_is_known": "geo_id is not null and not is_located",
                "radicated_after_creation": "radicated_at < created_at",
                "closed_after_radication": "closed_at < radicated_at",
                "closed_at_goes_with_the_status": f"(closed_at is not null) <> ({_CLOSED})",
                "response_after_creation": "first_response_at < created_at",
                "durations_are_not_negative": (
                    "coalesce(sla_elapsed_seconds < 0, false) or on_hold_seconds < 0"
                    " or last_event_at < created_at"
                ),
                "sla_days_are_those_of_the_policy": (
                    "sla_days <> policy_days and subtype not in ('informacion', 'consulta')"
                ),
                "due_day_is_the_nth_business_day": (
                    "hold_count = 0 and reopen_count = 0 and sla_due_day is not null"
                    " and due_index - radicated_index <> sla_days"
                ),
                "late_means_over_the_term": (
                    f"sla_days is not null and is_late <> (({_CLOSED})"
                    " and sla_elapsed_seconds > cast(sla_days as bigint) * 86400)"
                ),
            },
        ),
        _duplicates("tickets", "ticket_id"),
        _duplicates("tickets", "external_id"),
        *no_row(
            "status_events",
            "event_id::varchar || ' of ' || ticket_id",
            {
                "ts_lies_in_its_day": f"coalesce({_LOCAL_DAY % 'ts'} <> day, true)",
                "event_by_the_last_day": "day > getvariable('world_last_day')",
                "actor_is_known": "coalesce(actor_role not in ('system', 'agent'), true)",
                "valid_transition_is_allowed": "is_valid and not is_allowed",
                "transition_is_valid": "not is_valid",
                "time_in_state_is_not_negative": (
                    "is_valid and coalesce(state_seconds < 0 or state_business_seconds < 0, true)"
                ),
                "business_time_fits_calendar_time": "state_business_seconds > state_seconds + 1",
                "within_sla_means_within_the_term": (
                    "is_valid and status_to = 'CLOSED' and sla_seconds is not null"
                    " and is_within_sla <> (sla_elapsed_seconds <= sla_seconds)"
                ),
            },
        ),
        _duplicates("status_events", "event_id"),
        _orphans("status_events"),
        *zero(
            "status_events",
            {
                "valid_changes_chain": """
                    select count(*) from (
                        select
                            status_from,
                            lag(status_to, 1, 'RECEIVED') over (
                                partition by ticket_id order by change_no
                            ) as state
                        from status_events where is_valid
                    ) where status_from <> state
                """,
                "change_numbers_have_no_gap": """
                    select count(*) from (
                        select max(change_no) - count(*) as missing
                        from status_events group by ticket_id
                    ) where missing <> 0
                """,
                "elapsed_never_falls": """
                    select count(*) from (
                        select
                            sla_elapsed_seconds - lag(sla_elapsed_seconds) over (
                                partition by ticket_id order by change_no
                            ) as step
                        from status_events
                    ) where step < 0
                """,
                "current_status_is_the_last_valid": """
                    select count(*) from written_tickets
                    left join (
                        select ticket_id, max_by(status_to, change_no) as last_status
                        from status_events where is_valid group by 1
                    ) using (ticket_id)
                    where coalesce(last_status, 'RECEIVED') <> current_status
                """,
            },
        ),
        *no_row(
            "messages",
            "message_id::varchar || ' of ' || ticket_id",
            {
                "ts_lies_in_its_day": f"coalesce({_LOCAL_DAY % 'ts'} <> day, true)",
                "role_is_known": "coalesce(role not in ('citizen', 'agent'), true)",
                "text_is_as_long_as_it_says": "text_len is distinct from text_length",
                "text_is_not_empty": "coalesce(text_length, 0) = 0",
            },
        ),
        _duplicates("messages", "message_id"),
        _orphans("messages"),
        *no_row(
            "attachments",
            "attachment_id::varchar || ' of ' || ticket_id",
            {
                "ts_lies_in_its_day": f"coalesce({_LOCAL_DAY % 'ts'} <> day, true)",
                "size_is_positive": "coalesce(size_kb, 0) <= 0",
            },
        ),
        _duplicates("attachments", "attachment_id"),
        _orphans("attachments"),
        *zero(
            "tickets",
            {
                "messages_count_adds_up": (
                    "select abs((select sum(messages_count) from tickets)"
                    " - (select count(*) from messages))"
                ),
                "attachments_count_adds_up": (
                    "select abs((select sum(attachments_count) from tickets)"
                    " - (select count(*) from attachments))"
                ),
                "bronze_rows_left_out": """
                    select getvariable('bronze_rows')
                        - (select count(*) from tickets) - (select count(*) from messages)
                        - (select count(*) from status_events) - (select count(*) from attachments)
                """,
                "bronze_rows_left_out_pct": """
                    select 100.0 * abs(
                        getvariable('bronze_rows')
                        - (select count(*) from tickets) - (select count(*) from messages)
                        - (select count(*) from status_events) - (select count(*) from attachments)
                    ) / nullif(
                        if(getvariable('begins_with_its_cases'), getvariable('bronze_rows'), null),
                        0
                    )
                """,
            },
        ),
        _shares("channel_shares", "source_channel", "case", "channel"),
        _shares("pqrs_type_shares", "pqrs_type", "case", "pqrs_type"),
        _shares("priority_shares", "priority", "case", "priority"),
        *DRIFT,
    ),
)
