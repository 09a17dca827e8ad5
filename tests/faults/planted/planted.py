"""Thirty-six faults, each planted into a clean world where it would arise, and who has to see it.

Works on a committed world: its rows are copied into DuckDB, so that nothing that counts is touched;
what is planted in Postgres is rolled back.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import duckdb
import psycopg

from orchestration.lake.committed import committed_manifest, read_manifest
from orchestration.meta.records import Check
from orchestration.quality.facts import Baseline, Facts, facts_of
from orchestration.quality.gate import QualityFailed, require_pass
from orchestration.quality.judge import check_suite
from orchestration.quality.layers import Gate
from orchestration.quality.lens import asker, lay_ground, set_variable
from orchestration.quality.policy import load_policy
from orchestration.quality.relations import SILVER_COLUMNS, lay_bronze
from orchestration.quality.suites import SUITES
from orchestration.quality.suites.drift import OPENING_LENGTH
from orchestration.run import Claim, Run, World

Result = Literal["FAIL", "WARN"]


@dataclass(frozen=True)
class Fault:
    """SQL that damages a layer, and the check that must say so."""

    name: str
    layer: str
    check: str
    result: Result
    sql: str

    @property
    def outcome(self) -> str:
        """What follows for publication."""
        return "FAILED, nothing published" if self.result == "FAIL" else "DEGRADED"


def faults(facts: Facts) -> tuple[Fault, ...]:
    """The faults; how far volume must fall to be seen depends on how many days there are."""
    # A fifth in thirty days; in fewer, as much more as chance alone could explain.
    share = max(20.0, 1.02 * facts.allowance("volume_drift_pct"))
    day = facts.run.date_min
    lines = _BRONZE + _SILVER + _GOLD + _SERVING
    return tuple(
        Fault(
            name.format(share=round(share)),
            layer,
            check,
            result,
            sql.format(day=day, share=round(100 * share)),
        )
        for layer, name, check, result, sql in lines
    )


_ONE_LINE_MORE = (
    "; update objects set rows = rows + 1 where partition = (select min(partition) from objects);"
    " set variable bronze_rows = (select getvariable('bronze_rows') + 1);"
    " set variable lines = (select getvariable('lines') + 1)"
)
_ANY_TICKET = "(select min(ticket_id) from written_tickets)"
_BRONZE: tuple[tuple[str, str, str, Result, str], ...] = tuple(
    ("bronze", *item)
    for item in (
        ("an event sent twice", "event_id_is_unique", "WARN",
         "insert into events_read from events_read where event_type = 'MESSAGE_ADDED'"
            " order by event_id limit 1" + _ONE_LINE_MORE),
        ("a ticket created twice", "ticket_is_created_once", "WARN",
         "insert into events_read select * replace ('00000000-0000-4000-8000-000000000000' as"
         " event_id) from events_read where event_type = 'TICKET_CREATED' order by ts limit 1"
            + _ONE_LINE_MORE),
        ("an object that is not there", "every_source_and_day_is_there", "FAIL",
         "delete from objects where partition = 'source=chat/day={day}'"),
        ("a day without a case", "every_day_has_creations", "FAIL",
         "delete from events_read where day = date '{day}' and event_type = 'TICKET_CREATED'"),
        ("a timestamp in the future", "ts_lies_in_its_day", "FAIL",
         "update events_read set ts = ts + interval 1 year where event_id = (select min(event_id)"
         " from events_read)"),
        ("a type that does not exist", "pqrs_type_is_known", "FAIL",
         "update events_read set pqrs_type = 'X' where event_id = (select min(event_id) from"
         " events_read where event_type = 'TICKET_CREATED')"),
        ("a channel under another source", "creation_channel_is_its_source", "WARN",
         "update events_read set source_channel = 'call' where event_id = (select min(event_id)"
         " from events_read where event_type = 'TICKET_CREATED' and source = 'email')"),
        ("a text cut off", "text_is_as_long_as_it_says", "FAIL",
         "update events_read set text_length = text_length - 1 where event_id = (select"
         " min(event_id) from events_read where event_type = 'MESSAGE_ADDED')"),
        ("lines lost on the way to bronze", "lines_are_all_accounted_for", "FAIL",
         "set variable lines = (select getvariable('lines') + 3)"),
        ("a line in quarantine", "quarantined_pct", "WARN",
         "set variable quarantined = 1; set variable lines = (select getvariable('lines') + 1)"),
        ("a part shorter than its manifest", "rows_are_those_of_the_manifest", "FAIL",
         "delete from events_read where source = 'email' and event_type = 'ATTACHMENT_ADDED'"),
        ("an id that is no UUID", "event_id_is_a_uuid", "FAIL",
         "update events_read set event_id = 'PQR-1' where event_id = (select min(event_id) from"
         " events_read)"),
    )
)  # fmt: skip
_SILVER: tuple[tuple[str, str, str, Result, str], ...] = tuple(
    ("silver", *item)
    for item in (
        ("a duplicated ticket", "ticket_id_is_unique", "FAIL",
         "insert into written_tickets from written_tickets order by ticket_id limit 1"),
        ("a message of no case", "messages.ticket_exists", "FAIL",
         "update written_messages set ticket_id = '00000000-0000-4000-8000-000000000000' where"
         " message_id = (select min(message_id) from written_messages)"),
        ("an impossible transition that moved its case", "valid_transition_is_allowed", "FAIL",
         "update written_status_events set status_to = 'ARCHIVED' where event_id = (select"
         " min(event_id) from written_status_events where status_to = 'CLASSIFIED')"),
        ("an impossible transition, refused", "transition_is_valid", "WARN",
         "insert into written_status_events select * replace"
            " ('00000000-0000-4000-8000-000000000000'::uuid as event_id, false as is_valid,"
            " 'CLOSED' as status_to, change_no + 1 as change_no, null as state_seconds,"
            " null as state_business_seconds, null as is_within_sla) from written_status_events"
            " order by change_no desc, event_id limit 1;"
            " set variable bronze_rows = (select getvariable('bronze_rows') + 1)",
        ),
        ("a negative duration", "time_in_state_is_not_negative", "FAIL",
         "update written_status_events set state_seconds = -5 where event_id = (select"
         " min(event_id) from written_status_events)"),
        ("a term shifted by a day", "due_day_is_the_nth_business_day", "FAIL",
         "update written_tickets set sla_due_day = sla_due_day + 7 where sla_due_day is not null"
         " and hold_count = 0 and reopen_count = 0"),
        ("another term than the policy's", "sla_days_are_those_of_the_policy", "FAIL",
         "update written_tickets set sla_days = 30 where pqrs_type = 'Q'"),
        ("a closing before the radication", "closed_after_radication", "FAIL",
         "update written_tickets set closed_at = radicated_at - interval 1 hour, current_status ="
         " 'CLOSED' where ticket_id = (select min(ticket_id) from written_tickets where"
         " radicated_at is not null)"),
        ("a municipality that does not exist", "geo_is_known", "FAIL",
         f"update written_tickets set geo_id = '99999' where ticket_id = {_ANY_TICKET}"),
        ("a dropped part of the tickets", "bronze_rows_left_out_pct", "FAIL",
         "delete from written_tickets where source_channel in ('chat', 'call')"),
        ("an orphan left out", "bronze_rows_left_out", "WARN",
         "delete from written_attachments where attachment_id = (select min(attachment_id) from"
         " written_attachments); update written_tickets set attachments_count = attachments_count"
         " - 1 where ticket_id = (select min(ticket_id) from written_tickets where"
         " attachments_count > 0)"),
        ("a status that its events do not say", "current_status_is_the_last_valid", "FAIL",
         "update written_tickets set current_status = 'IN_PROGRESS' where ticket_id = (select"
         " min(ticket_id) from written_tickets where current_status = 'ASSIGNED')"),
        ("two channels with each other's share", "channel_shares", "WARN",
         "update written_tickets set source_channel = case source_channel when 'email' then"
         " 'webform' when 'webform' then 'email' else source_channel end"),
        ("priorities raised by half", "priority_shares", "WARN",
         "update written_tickets set priority = 'alta' where hash(ticket_id) % 20 = 0"),
        ("a volume {share} % lower than before",
            "volume_drift_pct",
            "WARN",
            "create temp table gone as select ticket_id from written_tickets where"
            " hash(ticket_id) % 10000 < {share}; "
            + "; ".join(
                f"delete from written_{name} where ticket_id in (select ticket_id from gone)"
                for name in ("tickets", "messages", "status_events", "attachments")
            )
            + "; set variable bronze_rows = (select (select count(*) from written_tickets)"
            " + (select count(*) from written_messages) + (select count(*) from"
            " written_status_events) + (select count(*) from written_attachments))",
        ),
        (
            "texts a fifth shorter than before", "text_length_drift_pct", "WARN",
         "update written_messages set text_len = cast(0.8 * text_len as bigint), text ="
         " left(text, cast(0.8 * text_len as bigint))"),
    )
)  # fmt: skip
_GOLD: tuple[tuple[str, str, str, Result, str], ...] = tuple(
    ("gold", *item)
    for item in (
        ("a changed KPI cell", "volume_is_that_of_silver", "FAIL",
         "update kpi_volume set tickets_count = tickets_count + 1 where day = date '{day}' and"
         " channel = 'email' and pqrs_type = 'P'"),
        ("a day that is missing", "kpi_sla.every_day_is_there", "FAIL",
         "delete from kpi_sla where day = date '{day}'"),
        ("a hole in a grid", "kpi_backlog.every_day_has_its_grid", "FAIL",
         "delete from kpi_backlog where day = date '{day}' and region = 'Insular' and pqrs_type ="
         " 'S'"),
        ("a negative count", "kpi_backlog.counts_are_not_negative", "FAIL",
         "update kpi_backlog set backlog_count = -1 where day = date '{day}' and region ="
         " 'Insular' and pqrs_type = 'S'"),
        ("a share that is not that of its counts", "pct_is_that_of_its_counts", "FAIL",
         "update kpi_sla set closings_count = 10, within_sla_count = 5, within_sla_pct = 51 where"
         " day = date '{day}' and pqrs_type = 'Q'"),
        ("a KPI row twice", "kpi_close_time.grain_is_unique", "FAIL",
         "insert into kpi_close_time from kpi_close_time order by day limit 1"),
        ("a backlog off by one on one day", "backlog_moves_with_its_cases", "FAIL",
         "update kpi_backlog set backlog_count = backlog_count + 1 where day = date '{day}' and"
         " region = 'Andina' and pqrs_type = 'P'"),
        ("a breach rate of a fifth", "breach_pct", "WARN",
         "update kpi_sla_cohort set due_count = 1000, in_term_count = 800, late_count = 150,"
         " open_count = 50"),
    )
)  # fmt: skip
_SERVING: tuple[tuple[str, str, str, Result, str], ...] = tuple(
    ("serving", *item)
    for item in (
        ("a cell changed in Postgres", "volume_is_that_of_the_tickets", "FAIL",
         "update serving.kpi_volume_daily set tickets_count = tickets_count + 1 where batch_id ="
         " any({{batches}}) and day = '{day}' and channel = 'email' and pqrs_type = 'P'"),
        ("closings that no event backs", "closings_are_those_of_the_events", "FAIL",
         "update serving.kpi_sla_daily set closings_count = closings_count + 1 where batch_id ="
         " any({{batches}}) and day = '{day}' and pqrs_type = 'R'"),
        ("a backlog that nobody stands open for", "backlog_is_what_stands_open", "FAIL",
         "update serving.kpi_backlog_daily set backlog_count = backlog_count + 1 where batch_id ="
         " any({{batches}}) and pqrs_type = 'P' and region = 'Andina' and day = {{last_day}}"),
    )
)  # fmt: skip


class Planter:
    """A committed world laid out layer by layer, damaged and restored."""

    def __init__(self, gate: Gate, batch_ids: dict[str, list[int]]) -> None:
        self.gate = gate
        self.batch_ids = batch_ids
        # Without a real history the clean world itself stands for an earlier run (`remembered`).
        self.facts = replace(facts_of(gate.connection, gate.run), baseline=Baseline())

    def clean(self, layer: str) -> tuple[Check, ...]:
        """Every check of a layer on the world as it is."""
        with self._laid(layer) as judge:
            return judge()

    def plant(self, planted: list[Fault]) -> Iterator[tuple[Fault, tuple[Check, ...]]]:
        """Each fault alone, with all checks of its layer."""
        for layer in dict.fromkeys(fault.layer for fault in planted):
            with self._laid(layer) as judge:
                for fault in planted:
                    if fault.layer == layer:
                        yield fault, judge(fault.sql)

    @contextmanager
    def _laid(self, layer: str) -> Iterator[Callable[..., tuple[Check, ...]]]:
        if layer == "serving":
            yield self._judge_serving
            return
        with closing(self.gate.duck()) as duck:
            lay_ground(duck, self.facts, self.gate.settings.project_root / "seeds")
            self._lay(layer, duck)
            if self.facts.baseline.volume_pct is None:
                self.facts = remembered(duck, self.facts)
                lay_ground(duck, self.facts, self.gate.settings.project_root / "seeds")
            yield lambda sql="": self._judge(layer, duck, sql)

    def _lay(self, layer: str, duck: duckdb.DuckDBPyConnection) -> None:
        gate = self.gate
        if layer == "bronze":
            known = committed_manifest(gate.connection, gate.run, "bronze")
            assert known is not None
            manifest = read_manifest(gate.store, known)
            bucket = gate.settings.s3.bucket
            lay_bronze(duck, manifest, {o.key: f"s3://{bucket}/{o.key}" for o in manifest.objects})
        elif layer == "silver":
            gate.lay_silver(duck, {})
            for dataset in SILVER_COLUMNS:
                duck.execute(f"create table copied as from written_{dataset}")
                duck.execute(f"drop view written_{dataset}")
                duck.execute(f"alter table copied rename to written_{dataset}")
        else:
            gate.lay_gold(duck, {})

    def _judge(self, layer: str, duck: duckdb.DuckDBPyConnection, sql: str) -> tuple[Check, ...]:
        suite = SUITES[layer]
        if layer == "bronze":
            suite = replace(suite, relations={"pqrs_events": "select * from events_read"})
        kept = {
            name: duck.execute(f"select getvariable('{name}')").fetchall()[0][0]
            for name in ("lines", "quarantined", "bronze_rows")
        }
        duck.execute("begin")
        try:
            if sql:
                duck.execute(sql)
            if layer == "silver":
                for dataset, columns in SILVER_COLUMNS.items():
                    duck.execute(
                        f"create or replace table {dataset} as"
                        f" select {columns} from written_{dataset}"
                    )
            return self._check(layer, asker(duck), suite)
        finally:
            duck.execute("rollback")
            for name, value in kept.items():
                set_variable(duck, name, value)

    def _judge_serving(self, sql: str = "") -> tuple[Check, ...]:
        connection = self.gate.connection
        ask = self.gate.ask_serving(self.batch_ids, self.facts)
        with connection.transaction() as transaction:
            if sql:
                # The suite's placeholders, in a statement instead of a question.
                ask(f"with changed as ({sql} returning 1) select count(*) from changed")
            checks = self._check("serving", ask, SUITES["serving"])
            raise psycopg.Rollback(transaction)
        return checks

    def _check(self, layer: str, ask: Callable, suite: object) -> tuple[Check, ...]:  # type: ignore[type-arg]
        return check_suite(
            ask,
            suite,  # type: ignore[arg-type]
            self.facts,
            load_policy(),
            self.gate.evaluator(),
            run_name="planted",
            details={},
        )


def remembered(duck: duckdb.DuckDBPyConnection, facts: Facts) -> Facts:
    """The facts with the clean world's own figures as those of an earlier run."""
    tables = {row[0] for row in duck.execute("show tables").fetchall()}
    if "written_tickets" not in tables:
        return facts
    row = duck.execute(
        f"select 100.0 * count(*) / getvariable('expected_tickets'), {OPENING_LENGTH} from tickets"
    ).fetchone()
    assert row is not None
    return replace(facts, baseline=Baseline(float(row[0]), float(row[1]), facts.days))


def outcome(checks: tuple[Check, ...]) -> str:
    """What the policy makes of these results."""
    try:
        require_pass("planted", checks)
    except QualityFailed:
        return "FAILED, nothing published"
    return "DEGRADED" if any(check.result == "WARN" for check in checks) else "PUBLISHED"


def caught(fault: Fault, checks: tuple[Check, ...]) -> Check | None:
    """The check that has to see the fault, if it did, with the right result."""
    dataset, _, name = fault.check.rpartition(".")
    for check in checks:
        if (
            check.check_name == name
            and check.result == fault.result
            and (not dataset or check.dataset == f"{fault.layer}.{dataset}")
        ):
            return check
    return None


def live_batches(connection: psycopg.Connection, run_id: object) -> dict[str, list[int]]:
    """The batches of a run's publication, by dataset."""
    rows = connection.execute(
        "select dataset, array_agg(batch_id) from meta.publication_batches"
        " join meta.publications using (publication_id)"
        " where publication_id = (select max(publication_id) from meta.publications"
        " where run_id = %s) group by 1",
        [run_id],
    ).fetchall()
    return dict(rows)


def latest_claim(connection: psycopg.Connection) -> Claim | None:
    """The latest run that was published, as the attempt that published it."""
    row = connection.execute(
        "select run_id, date_min, date_max, attempt, worlds.world_id, worlds.seed,"
        " worlds.config_hash, code_hash, first_day, kind from meta.etl_runs"
        " join meta.worlds using (world_id) where status in ('PUBLISHED', 'DEGRADED')"
        " order by run_seq desc limit 1"
    ).fetchone()
    if row is None:
        return None
    return Claim(Run(row[0], World(*row[4:]), row[1], row[2]), row[3])
