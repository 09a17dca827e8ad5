"""Bronze: what the objects of one run can show by themselves.

A simulated run has an object for every source and day and creations on every day; what others
deliver has what they deliver.
"""

from orchestration.quality.rules import Figure, Members, Suite, no_row, zero

_EVENTS = "pqrs_events"
_UUID = "'^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'"
_CREATED = "event_type = 'TICKET_CREATED'"
_MESSAGE = "event_type = 'MESSAGE_ADDED'"
_CHANGE = "event_type = 'STATUS_CHANGED'"
_FILE = "event_type = 'ATTACHMENT_ADDED'"


def _unknown(column: str, reference: str) -> str:
    return f"not coalesce(list_contains(getvariable('{reference}'), {column}), false)"


BRONZE = Suite(
    layer="bronze",
    # Read once, without the text itself: its length is all that is asked of it.
    relations={
        _EVENTS: """
            select
                event_id, ticket_id, event_type, ts, source, day, line_no,
                data.external_id, data.source_channel, data.pqrs_type, data.priority,
                data.geo_region, data.geo_municipio, data.role, data.text_len,
                length(data.text) as text_length, data.status_from, data.status_to,
                data.actor_role, data.file_type, data.size_kb
            from pqrs_events
        """
    },
    partitions={_EVENTS: "source || '/' || day"},
    rules=(
        *no_row(
            _EVENTS,
            "source || '/' || day || ' line ' || line_no || ': ' || coalesce(event_id, 'null')",
            {
                "event_id_is_a_uuid": f"not coalesce(regexp_matches(event_id, {_UUID}), false)",
                "ticket_id_is_a_uuid": f"not coalesce(regexp_matches(ticket_id, {_UUID}), false)",
                "event_type_is_known": _unknown("event_type", "event_types"),
                "ts_lies_in_its_day": (
                    "coalesce(((ts at time zone 'UTC') - interval 5 hours)::date <> day, true)"
                ),
                "day_lies_in_the_run": (
                    "day not between getvariable('first_day') and getvariable('last_day')"
                ),
                "source_is_known": _unknown("source", "channels"),
                "creation_is_complete": (
                    f"{_CREATED} and (external_id is null or source_channel is null"
                    " or geo_region is null or geo_municipio is null)"
                ),
                "creation_channel_is_its_source": (
                    f"{_CREATED} and source_channel is distinct from source"
                ),
                "pqrs_type_is_known": f"{_CREATED} and {_unknown('pqrs_type', 'types')}",
                "priority_is_known": f"{_CREATED} and {_unknown('priority', 'priorities')}",
                "message_role_is_known": (
                    f"{_MESSAGE} and coalesce(role not in ('citizen', 'agent'), true)"
                ),
                "text_is_as_long_as_it_says": (
                    f"{_MESSAGE} and text_len is distinct from text_length"
                ),
                "text_is_not_empty": f"{_MESSAGE} and coalesce(text_length, 0) = 0",
                "statuses_are_known": (
                    f"{_CHANGE} and ({_unknown('status_from', 'statuses')}"
                    f" or {_unknown('status_to', 'statuses')})"
                ),
                "size_is_positive": f"{_FILE} and coalesce(size_kb, 0) <= 0",
            },
        ),
        Figure(
            _EVENTS,
            "event_id_is_unique",
            "select count(*) - count(distinct event_id) from events_read",
            "select event_id from events_read group by 1 having count(*) > 1 limit 5",
        ),
        Figure(
            _EVENTS,
            "ticket_is_created_once",
            f"select count(*) - count(distinct ticket_id) from events_read where {_CREATED}",
            f"select ticket_id from events_read where {_CREATED}"
            " group by 1 having count(*) > 1 limit 5",
        ),
        Members(
            _EVENTS,
            "every_source_and_day_is_there",
            "select partition from objects",
            "select 'source=' || channel || '/day=' || day from run_days, channels"
            " where getvariable('is_simulated')",
        ),
        Members(
            _EVENTS,
            "every_day_has_creations",
            f"select distinct day::varchar from events_read where {_CREATED}",
            "select day::varchar from run_days where getvariable('is_simulated')",
        ),
        *zero(
            _EVENTS,
            {
                "rows_are_those_of_the_manifest": (
                    "select abs((select sum(rows) from objects) - count(*)) from events_read"
                ),
                "lines_are_all_accounted_for": (
                    "select abs(getvariable('lines') - getvariable('bronze_rows')"
                    " - getvariable('quarantined'))"
                ),
                "quarantined_pct": (
                    "select 100.0 * getvariable('quarantined') / nullif(getvariable('lines'), 0)"
                ),
                "silent_sources": (
                    "select if(getvariable('is_simulated'), count(*), null) from channels"
                    " where channel not in (select source from events_read)"
                ),
            },
        ),
        Figure(
            _EVENTS,
            "events_per_creation",
            "select count(*) / nullif(count(*) filter (where event_type = 'TICKET_CREATED'), 0)"
            " from events_read",
        ),
    ),
)
