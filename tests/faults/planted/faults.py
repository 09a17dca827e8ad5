"""Forty-six faults, each planted into a clean world where it would arise, and who must see it.

Rules of Great Expectations work on the tables of `quality.tables`; those of dbt on silver and gold
as dbt sees them; those of serving on the tables of PostgreSQL.
"""

from dataclasses import dataclass
from typing import Literal

from orchestration.meta.records import Check
from orchestration.quality.comparison import Comparison
from orchestration.quality.verdicts import QualityFailed, require_pass

Owner = Literal["great_expectations", "dbt", "serving"]
Result = Literal["FAIL", "WARN"]


@dataclass(frozen=True)
class Fault:
    """SQL that damages a layer, and the check that must say so."""

    owner: Owner
    layer: str
    name: str
    check: str
    result: Result
    sql: str

    @property
    def outcome(self) -> str:
        """What follows for publication."""
        return "FAILED, nothing published" if self.result == "FAIL" else "DEGRADED"


def faults(comparison: Comparison) -> tuple[Fault, ...]:
    """The faults; how far volume must fall to be seen depends on how many days there are."""
    # A fifth in thirty days; in fewer, as much more as chance alone could explain.
    share = max(20.0, 1.02 * comparison.allowance("volume_drift_pct"))
    day = comparison.run.date_min
    lines: tuple[tuple[Owner, str, tuple[Line, ...]], ...] = (
        ("great_expectations", "bronze", _BRONZE),
        ("great_expectations", "silver", _SILVER_COMPARED),
        ("great_expectations", "gold", _GOLD_COMPARED),
        ("dbt", "silver", _SILVER),
        ("dbt", "gold", _GOLD),
        ("serving", "serving", _SERVING),
    )
    return tuple(
        Fault(
            owner,
            layer,
            name.format(share=round(share)),
            check,
            result,
            sql.format(day=day, share=round(100 * share)),
        )
        for owner, layer, found in lines
        for name, check, result, sql in found
    )


def outcome(checks: list[Check]) -> str:
    """What follows from these results."""
    try:
        require_pass("planted", checks)
    except QualityFailed:
        return "FAILED, nothing published"
    return "DEGRADED" if any(check.result == "WARN" for check in checks) else "PUBLISHED"


def caught(fault: Fault, checks: list[Check]) -> Check | None:
    """The check that must see the fault, if it did, with the right result."""
    dataset, _, name = fault.check.rpartition(".")
    for check in checks:
        if (
            check.check_name == name
            and check.result == fault.result
            and (not dataset or check.dataset == f"{fault.layer}.{dataset}")
        ):
            return check
    return None


Line = tuple[str, str, Result, str]
_ONE_LINE_MORE = (
    "; update objects set rows = rows + 1 where partition = (select min(partition) from objects);"
    " set variable bronze_rows = (select getvariable('bronze_rows') + 1);"
    " set variable lines = (select getvariable('lines') + 1)"
)
_BRONZE: tuple[Line, ...] = (
    ("an event sent twice", "event_id_is_unique", "WARN",
     "insert into pqrs_events from pqrs_events where event_type = 'MESSAGE_ADDED'"
     " order by event_id limit 1" + _ONE_LINE_MORE),
    ("a ticket created twice", "ticket_is_created_once", "WARN",
     "insert into pqrs_events select * replace ('00000000-0000-4000-8000-000000000000' as"
     " event_id) from pqrs_events where event_type = 'TICKET_CREATED' order by ts limit 1"
     + _ONE_LINE_MORE),
    ("an object that is not there", "every_source_and_day_is_there", "FAIL",
     "delete from objects where partition = 'source=chat/day={day}'"),
    ("a day without a case", "every_day_has_creations", "FAIL",
     "delete from pqrs_events where day = date '{day}' and event_type = 'TICKET_CREATED'"),
    ("a timestamp in the future", "ts_lies_in_its_day", "FAIL",
     "update pqrs_events set ts = ts + interval 1 year where event_id = (select min(event_id)"
     " from pqrs_events)"),
    ("a type that does not exist", "pqrs_type_is_known", "FAIL",
     "update pqrs_events set pqrs_type = 'X' where event_id = (select min(event_id) from"
     " pqrs_events where event_type = 'TICKET_CREATED')"),
    ("a channel under another source", "creation_channel_is_its_source", "WARN",
     "update pqrs_events set source_channel = 'call' where event_id = (select min(event_id)"
     " from pqrs_events where event_type = 'TICKET_CREATED' and source = 'email')"),
    ("a text cut off", "text_is_as_long_as_it_says", "FAIL",
     "update pqrs_events set text_length = text_length - 1 where event_id = (select"
     " min(event_id) from pqrs_events where event_type = 'MESSAGE_ADDED')"),
    ("lines lost on the way to bronze", "lines_are_all_accounted_for", "FAIL",
     "set variable lines = (select getvariable('lines') + 3)"),
    ("a line in quarantine", "quarantined_pct", "WARN",
     "set variable quarantined = 1; set variable lines = (select getvariable('lines') + 1)"),
    ("a part shorter than its manifest", "rows_are_those_of_the_manifest", "FAIL",
     "delete from pqrs_events where source = 'email' and event_type = 'ATTACHMENT_ADDED'"),
    ("an id that is not a UUID", "event_id_is_a_uuid", "FAIL",
     "update pqrs_events set event_id = 'PQR-1' where event_id = (select min(event_id) from"
     " pqrs_events)"),
)  # fmt: skip
_SILVER_COMPARED: tuple[Line, ...] = (
    ("a dropped part of the tickets", "bronze_rows_left_out_pct", "FAIL",
     "set variable silver_rows = (select getvariable('silver_rows') - (select 10 * count(*) from"
     " tickets where source_channel in ('chat', 'call')));"
     " delete from tickets where source_channel in ('chat', 'call')"),
    ("an orphan left out", "bronze_rows_left_out", "WARN",
     "set variable silver_rows = (select getvariable('silver_rows') - 1)"),
    ("two channels with each other's share", "channel_shares", "WARN",
     "update tickets set source_channel = case source_channel when 'email' then"
     " 'webform' when 'webform' then 'email' else source_channel end"),
    ("priorities raised by half", "priority_shares", "WARN",
     "update tickets set priority = 'alta' where hash(ticket_id) % 20 = 0"),
    ("a volume {share} % lower than before", "volume_drift_pct", "WARN",
     "delete from tickets where hash(ticket_id) % 10000 < {share}"),
    ("texts a fifth shorter than before", "text_length_drift_pct", "WARN",
     "update messages set text_len = cast(0.8 * text_len as bigint)"),
)  # fmt: skip
_GOLD_COMPARED: tuple[Line, ...] = (
    ("a breach rate of a fifth", "breach_pct", "WARN",
     "update kpi_sla_cohort set due_count = 1000, late_count = 150, open_count = 50"),
    ("answers that moved to another type", "guesses_do_not_drift", "WARN",
     "update kpi_model_quality set drift_pct = 40 where day = date '{day}' and covered_count >= 300"
     " and model_type = 'ensemble'"),
    ("texts on which models abstain", "abstention_drift_points", "WARN",
     "update kpi_model_quality set abstained_pct = 60 where day = (select max(day) from"
     " kpi_model_quality)"),
    ("models that contradict what was filed", "model_agrees_with_what_was_filed", "WARN",
     "update kpi_model_quality set agreed_pct = 40 where model_type = 'tfidf_lr'"),
    ("a week about another topic", "topics_drift_pct", "WARN",
     "update kpi_topic set week_count = 100, week_before_count = if(topic = 'salud', 3000, 100)"),
)  # fmt: skip
_ANY_TICKET = "(select min(ticket_id) from silver.tickets)"
_SILVER: tuple[Line, ...] = (
    ("a duplicated ticket", "ticket_id_is_unique", "FAIL",
     "insert into silver.tickets from silver.tickets order by ticket_id limit 1"),
    ("a message of no case", "messages.ticket_exists", "FAIL",
     "update silver.messages set ticket_id = '00000000-0000-4000-8000-000000000000' where"
     " message_id = (select min(message_id) from silver.messages)"),
    ("an impossible transition that moved its case", "valid_transition_is_allowed", "FAIL",
     "update silver.status_events set status_to = 'ARCHIVED' where event_id = (select"
     " min(event_id) from silver.status_events where status_to = 'CLASSIFIED')"),
    ("an impossible transition, refused", "transition_is_valid", "WARN",
     "insert into silver.status_events select * replace"
     " ('00000000-0000-4000-8000-000000000000'::uuid as event_id, false as is_valid,"
     " false as is_clock_running, 'CLOSED' as status_to, change_no + 1 as change_no,"
     " null as state_seconds, null as state_business_seconds, null as is_within_sla)"
     " from silver.status_events order by change_no desc, event_id limit 1"),
    ("a negative duration", "time_in_state_is_not_negative", "FAIL",
     "update silver.status_events set state_seconds = -5 where event_id = (select"
     " min(event_id) from silver.status_events)"),
    ("a term shifted by a week", "due_day_is_the_nth_business_day", "FAIL",
     "update silver.tickets set sla_due_day = sla_due_day + 7 where sla_due_day is not null"
     " and hold_count = 0 and reopen_count = 0"),
    ("another term than the policy's", "sla_days_are_those_of_the_policy", "FAIL",
     "update silver.tickets set sla_days = 30 where pqrs_type = 'Q'"),
    ("a closing before the radication", "closed_after_radication", "FAIL",
     "update silver.tickets set closed_at = radicated_at - interval 1 hour, current_status ="
     " 'CLOSED' where ticket_id = (select min(ticket_id) from silver.tickets where"
     " radicated_at is not null)"),
    ("a municipality that does not exist", "geo_is_known", "FAIL",
     f"update silver.tickets set geo_id = '99999' where ticket_id = {_ANY_TICKET}"),
    ("a status that its events do not say", "current_status_is_the_last_valid", "FAIL",
     "update silver.tickets set current_status = 'IN_PROGRESS' where ticket_id = (select"
     " min(ticket_id) from silver.tickets where current_status = 'ASSIGNED')"),
)  # fmt: skip
_GOLD: tuple[Line, ...] = (
    ("a changed KPI cell", "volume_is_that_of_silver", "FAIL",
     "update gold.kpi_volume set tickets_count = tickets_count + 1 where day = date '{day}' and"
     " channel = 'email' and pqrs_type = 'P'"),
    ("a day that is missing", "kpi_sla.every_day_is_there", "FAIL",
     "delete from gold.kpi_sla where day = date '{day}'"),
    ("a hole in a grid", "kpi_backlog.every_day_has_its_grid", "FAIL",
     "delete from gold.kpi_backlog where day = date '{day}' and region = 'Insular' and pqrs_type ="
     " 'S'"),
    ("a negative count", "kpi_backlog.counts_are_not_negative", "FAIL",
     "update gold.kpi_backlog set backlog_count = -1 where day = date '{day}' and region ="
     " 'Insular' and pqrs_type = 'S'"),
    ("a share that is not that of its counts", "pct_is_that_of_its_counts", "FAIL",
     "update gold.kpi_sla set closings_count = 10, within_sla_count = 5, within_sla_pct = 51 where"
     " day = date '{day}' and pqrs_type = 'Q'"),
    ("a KPI row twice", "kpi_close_time.grain_is_unique", "FAIL",
     "insert into gold.kpi_close_time from gold.kpi_close_time order by day limit 1"),
    ("a backlog off by one on one day", "backlog_moves_with_its_cases", "FAIL",
     "update gold.kpi_backlog set backlog_count = backlog_count + 1 where day = date '{day}' and"
     " region = 'Andina' and pqrs_type = 'P'"),
)  # fmt: skip
_SERVING: tuple[Line, ...] = (
    ("a cell changed in Postgres", "volume_is_that_of_the_tickets", "FAIL",
     "update serving.kpi_volume_daily set tickets_count = tickets_count + 1 where batch_id ="
     " any({{batches}}) and day = '{day}' and channel = 'email' and pqrs_type = 'P'"),
    ("closings that no event backs", "closings_are_those_of_the_events", "FAIL",
     # In step with what it counts: PostgreSQL refuses a share that is not that of its counts.
     "update serving.kpi_sla_daily set closings_count = closings_count + 1, within_sla_count ="
     " within_sla_count + 1, within_sla_pct = cast(100.0 * (within_sla_count + 1)"
     " / (closings_count + 1) as decimal(5, 2)) where batch_id = any({{batches}}) and day ="
     " '{day}' and pqrs_type = 'R'"),
    ("a backlog that nobody stands open for", "backlog_is_what_stands_open", "FAIL",
     "update serving.kpi_backlog_daily set backlog_count = backlog_count + 1 where batch_id ="
     " any({{batches}}) and pqrs_type = 'P' and region = 'Andina' and day = {{last_day}}"),
    # PostgreSQL 18 leaves these to the checks: the macro add_serving_keys.
    ("a municipality of no list", "references_exist", "FAIL",
     "update serving.tickets set geo_id = '99999' where batch_id = any({{batches}})"
     " and ticket_id = (select ticket_id from serving.tickets order by 1 limit 1)"),
    ("a message of a case that is not served", "ticket_exists", "FAIL",
     "update serving.messages set ticket_id = '00000000-0000-4000-8000-000000000000'"
     " where batch_id = any({{batches}})"
     " and message_id = (select message_id from serving.messages order by 1 limit 1)"),
    ("a case that no list has", "ticket_ids_are_known", "FAIL",
     "update serving.tickets set ticket_id = '00000000-0000-4000-8000-000000000000'"
     " where batch_id = any({{batches}})"
     " and ticket_id = (select ticket_id from serving.tickets order by 1 limit 1)"),
)  # fmt: skip
