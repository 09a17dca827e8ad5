"""The rules of Great Expectations: what bronze must be, and how a run compares with others.

Rules about rows, grains and grids of silver and gold are dbt tests, beside their models. Here is
what dbt cannot see or should not decide: bronze, what did not arrive in silver, shares, drift.

The queries read the tables and variables that `tables` makes. A simulated run has an object for
every source and day and creations on every day; what others deliver has what they deliver.
"""

from collections.abc import Mapping
from typing import Final

from orchestration.quality.measure import ExpectedValues, Figure, RowRule, Rule, Shares
from orchestration.quality.model_drift import MODEL_DRIFT

_EVENTS: Final = "pqrs_events"
_LINE: Final = "source || '/' || day || ' line ' || line_no || ': ' || coalesce(event_id, 'null')"
_UUID: Final = "'^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'"
_CREATED: Final = "event_type = 'TICKET_CREATED'"
_MESSAGE: Final = "event_type = 'MESSAGE_ADDED'"
_CHANGE: Final = "event_type = 'STATUS_CHANGED'"
_FILE: Final = "event_type = 'ATTACHMENT_ADDED'"


def _unknown(column: str, list_name: str) -> str:
    return f"not coalesce(list_contains(getvariable('{list_name}'), {column}), false)"


# Bronze puts every line that breaks one of these into quarantine: a hit is a defect of bronze.
_BRONZE_VIOLATIONS: Final[Mapping[str, str]] = {
    "event_id_is_a_uuid": f"not coalesce(regexp_matches(event_id, {_UUID}), false)",
    "ticket_id_is_a_uuid": f"not coalesce(regexp_matches(ticket_id, {_UUID}), false)",
    "event_type_is_known": _unknown("event_type", "event_types"),
    "ts_lies_in_its_day": (
        "coalesce(((ts at time zone 'UTC') - interval 5 hours)::date <> day, true)"
    ),
    "day_lies_in_the_run": "day not between getvariable('first_day') and getvariable('last_day')",
    "source_is_known": _unknown("source", "channels"),
    "creation_is_complete": (
        f"{_CREATED} and (external_id is null or source_channel is null"
        " or geo_region is null or geo_municipio is null)"
    ),
    "creation_channel_is_its_source": f"{_CREATED} and source_channel is distinct from source",
    "pqrs_type_is_known": f"{_CREATED} and {_unknown('pqrs_type', 'types')}",
    "priority_is_known": f"{_CREATED} and {_unknown('priority', 'priorities')}",
    "message_role_is_known": (f"{_MESSAGE} and coalesce(role not in ('citizen', 'agent'), true)"),
    "text_is_as_long_as_it_says": f"{_MESSAGE} and text_len is distinct from text_length",
    "text_is_not_empty": f"{_MESSAGE} and coalesce(text_length, 0) = 0",
    "statuses_are_known": (
        f"{_CHANGE} and ({_unknown('status_from', 'statuses')}"
        f" or {_unknown('status_to', 'statuses')})"
    ),
    "size_is_positive": f"{_FILE} and coalesce(size_kb, 0) <= 0",
}

_BRONZE: Final[tuple[Rule, ...]] = (
    *(RowRule(_EVENTS, name, where, _LINE) for name, where in _BRONZE_VIOLATIONS.items()),
    Figure(
        _EVENTS,
        "event_id_is_unique",
        "select count(*) - count(distinct try_cast(event_id as uuid)) from pqrs_events",
        "select event_id from pqrs_events group by 1 having count(*) > 1 order by 1 limit 5",
    ),
    Figure(
        _EVENTS,
        "ticket_is_created_once",
        f"select count(*) - count(distinct ticket_id) from pqrs_events where {_CREATED}",
        f"select ticket_id from pqrs_events where {_CREATED}"
        " group by 1 having count(*) > 1 order by 1 limit 5",
    ),
    ExpectedValues(
        _EVENTS,
        "every_source_and_day_is_there",
        "select partition from objects",
        "select 'source=' || channel || '/day=' || day from run_days, channels"
        " where getvariable('is_simulated')",
    ),
    ExpectedValues(
        _EVENTS,
        "every_day_has_creations",
        f"select distinct day::varchar from pqrs_events where {_CREATED}",
        "select day::varchar from run_days where getvariable('is_simulated')",
    ),
    Figure(
        _EVENTS,
        "rows_are_those_of_the_manifest",
        "select abs((select sum(rows) from objects) - count(*)) from pqrs_events",
    ),
    Figure(
        _EVENTS,
        "lines_are_all_accounted_for",
        "select abs(getvariable('lines') - getvariable('bronze_rows')"
        " - getvariable('quarantined'))",
    ),
    Figure(
        _EVENTS,
        "quarantined_pct",
        "select 100.0 * getvariable('quarantined') / nullif(getvariable('lines'), 0)",
    ),
    Figure(
        _EVENTS,
        "silent_sources",
        "select if(getvariable('is_simulated'), count(*), null) from channels"
        " where channel not in (select distinct source from pqrs_events)",
    ),
    Figure(
        _EVENTS,
        "events_per_creation",
        f"select count(*) / nullif(count(*) filter (where {_CREATED}), 0) from pqrs_events",
    ),
)

_LEFT_OUT: Final = "getvariable('bronze_rows') - getvariable('silver_rows')"
# What a case opens with. Later messages are shorter, and a world that has just begun has few.
OPENINGS: Final = "(select arg_min(text_len, ts) as text_len from messages group by ticket_id)"
_EXPECTED_PCT: Final = "100.0 * count(*) / nullif(getvariable('expected_tickets'), 0)"


def _change_pct(name: str, value: str) -> str:
    """The change in percent against the baseline, which is null before the first run."""
    baseline = f"getvariable('baseline_{name}')"
    return f"100.0 * abs({value} - {baseline}) / nullif({baseline}, 0)"


def _shares(column: str) -> str:
    return f"select {column}, count(*) from tickets group by 1 order by 1"


def _largest_change(name: str, column: str) -> str:
    """The largest change of any share against the baseline, in percentage points."""
    return f"""
        with found as (
            select {column} as value, 100.0 * count(*) / sum(count(*)) over () as share
            from tickets group by 1
        )

        select max(abs(coalesce(found.share, 0) - coalesce(baseline.share, 0)))
        from found
        full join (select * from baseline_shares where name = '{name}') as baseline using (value)
        where exists (select 1 from baseline_shares where name = '{name}')
    """


_SILVER: Final[tuple[Rule, ...]] = (
    Figure("tickets", "bronze_rows_left_out", f"select {_LEFT_OUT}"),
    Figure(
        "tickets",
        "bronze_rows_left_out_pct",
        f"select 100.0 * abs({_LEFT_OUT}) / nullif("
        "if(getvariable('begins_with_its_cases'), getvariable('bronze_rows'), null), 0)",
    ),
    Shares("tickets", "channel_shares", _shares("source_channel"), "channel"),
    Shares("tickets", "pqrs_type_shares", _shares("pqrs_type"), "pqrs_type"),
    Shares("tickets", "priority_shares", _shares("priority"), "priority"),
    # Against what the calendar makes expect: a quiet Sunday is not drift.
    Figure("tickets", "volume_to_expected_pct", f"select {_EXPECTED_PCT} from tickets"),
    Figure(
        "tickets",
        "volume_drift_pct",
        f"select {_change_pct('volume', f'({_EXPECTED_PCT})')} from tickets",
    ),
    Figure("tickets", "channel_shares_drift_points", _largest_change("channel", "source_channel")),
    Figure("tickets", "pqrs_type_shares_drift_points", _largest_change("pqrs_type", "pqrs_type")),
    Figure("messages", "opening_text_length", f"select avg(text_len), count(*) from {OPENINGS}"),
    Figure(
        "messages",
        "text_length_drift_pct",
        f"select {_change_pct('text_length', 'avg(text_len)')}, count(*) from {OPENINGS}",
    ),
)

_GOLD: Final[tuple[Rule, ...]] = (
    Figure(
        "kpi_sla_cohort",
        "breach_pct",
        # How late an entity answers is its own affair; a simulated world answers as it was told.
        "select if(getvariable('is_simulated') and sum(due_count) >= 500,"
        " 100.0 * sum(late_count + open_count) / sum(due_count), null) from kpi_sla_cohort",
    ),
    *MODEL_DRIFT,
)

SUITES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "bronze": _BRONZE,
    "silver": _SILVER,
    "gold": _GOLD,
}
