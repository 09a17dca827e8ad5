"""The checks of each layer of a run: bronze as committed, silver and gold before they are."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import psycopg
from psycopg import sql

from orchestration.lake.committed import committed_manifest, effective_objects, read_manifest
from orchestration.lake.duckdb import connect
from orchestration.lake.store import ObjectStore
from orchestration.meta.records import Check, record_checks
from orchestration.quality.evaluator import Evaluator
from orchestration.quality.facts import Facts, facts_of
from orchestration.quality.judge import check_suite
from orchestration.quality.lens import (
    asker,
    lay_ground,
    parts_table,
    set_variable,
    staged_files,
)
from orchestration.quality.policy import load_policy
from orchestration.quality.recorded import recorded_checks
from orchestration.quality.suites import SUITES
from orchestration.quality.suites.gold import GRAINS
from orchestration.run import Claim, Run
from orchestration.settings import Settings

# Of the datasets that span the whole world the narrow columns alone, read once.
_SILVER_COLUMNS: Final = {
    "tickets": (
        "ticket_id, external_id, source_channel, pqrs_type, priority, created_day, current_status,"
        " first_response_at, messages_count, attachments_count"
    ),
    "status_events": (
        "event_id, ticket_id, day, change_no, is_valid, status_from, status_to, is_within_sla,"
        " sla_elapsed_seconds"
    ),
    "messages": "message_id, ticket_id, day, role, text_len",
    "attachments": "attachment_id, ticket_id",
}


@dataclass(frozen=True)
class Gate:
    """What the checks of an attempt share."""

    settings: Settings
    connection: psycopg.Connection
    store: ObjectStore
    claim: Claim
    evaluator: Callable[[], Evaluator]

    @property
    def run(self) -> Run:
        """The run that is checked."""
        return self.claim.run

    def check_bronze(self) -> tuple[Check, ...]:
        """Check the committed bronze of the run, and record the results.

        Bronze that was checked before under the same policy is not checked again: the recorded
        results come back, failures included.
        """
        known = committed_manifest(self.connection, self.run, "bronze")
        assert known is not None  # noqa: S101 -- the step before has committed it
        before = recorded_checks(self.connection, self.run, "bronze", known.build_id)
        if before:
            return before
        manifest = read_manifest(self.store, known)
        with closing(self._duck()) as duck:
            facts = self._ground(duck)
            events = [item for item in manifest.objects if item.dataset == "pqrs_events"]
            parts_table(duck, "pqrs_events", map(self._url, (o.key for o in events)), is_view=True)
            suite = SUITES["bronze"]
            relation = suite.relations["pqrs_events"]
            duck.execute(f"create table events_read as {relation}")
            duck.execute("create table objects (partition varchar, rows bigint)")
            duck.executemany(
                "insert into objects values (?, ?)", [(o.partition, o.rows) for o in events]
            )
            lines = manifest.counts.get("lines", manifest.rows)
            quarantined = sum(
                count for name, count in manifest.counts.items() if name.startswith("quarantined.")
            )
            set_variable(duck, "lines", lines)
            set_variable(duck, "bronze_rows", sum(item.rows for item in events))
            set_variable(duck, "quarantined", quarantined)
            return self._judge("bronze", duck, facts, known.build_id)

    def check_silver(self, staging: Path) -> tuple[Check, ...]:
        """Check what dbt wrote for silver before it is committed, and record the results."""
        with closing(self._duck()) as duck:
            facts = self._ground(duck)
            staged = staged_files(staging)
            for dataset, columns in _SILVER_COLUMNS.items():
                files = self._files("silver", dataset, staged)
                parts_table(duck, dataset, files, columns)
                written = [file for parts in staged.get(dataset, {}).values() for file in parts]
                parts_table(duck, f"written_{dataset}", written or files[:1], is_view=True)
            bronze = effective_objects(
                self.connection, self.run.world.world_id, "bronze", "pqrs_events"
            )
            set_variable(duck, "bronze_rows", sum(item.rows for item in bronze))
            return self._judge("silver", duck, facts)

    def check_gold(self, staging: Path) -> tuple[Check, ...]:
        """Check what dbt wrote for gold before it is committed, and record the results."""
        with closing(self._duck()) as duck:
            facts = self._ground(duck)
            for dataset in ("tickets", "status_events"):
                parts_table(
                    duck, dataset, self._files("silver", dataset, {}), _SILVER_COLUMNS[dataset]
                )
            staged = staged_files(staging)
            for table in GRAINS:
                parts_table(duck, table, self._files("gold", table, staged))
            return self._judge("gold", duck, facts)

    def check_serving(self, batch_ids: Mapping[str, list[int]]) -> tuple[Check, ...]:
        """Check what is about to be published in Postgres, and record the results.

        Args:
            batch_ids: The batches of the publication to come, by table of schema serving.
        """
        facts = facts_of(self.connection, self.run)
        ids = sorted(batch for batches in batch_ids.values() for batch in batches)
        values = {
            "batches": sql.Literal(ids),
            "first_day": sql.SQL("{}::date").format(sql.Literal(self.run.world.first_day)),
            "last_day": sql.SQL("{}::date").format(sql.Literal(facts.world_last_day)),
        }

        def ask(query: str) -> list[tuple[object, ...]]:
            return self.connection.execute(sql.SQL(query).format(**values)).fetchall()

        checks = check_suite(
            ask,
            SUITES["serving"],
            facts,
            load_policy(),
            self.evaluator(),
            run_name=self._run_name,
            details={},
        )
        record_checks(self.connection, self.claim, checks)
        return checks

    @property
    def _run_name(self) -> str:
        return f"attempt-{self.claim.attempt}"

    def _duck(self) -> duckdb.DuckDBPyConnection:
        return connect(self.settings, threads=2, memory_limit="1GB")

    def _ground(self, duck: duckdb.DuckDBPyConnection) -> Facts:
        facts = facts_of(self.connection, self.run)
        lay_ground(duck, facts, self.settings.project_root / "seeds")
        return facts

    def _judge(
        self, layer: str, duck: duckdb.DuckDBPyConnection, facts: Facts, build_id: str = ""
    ) -> tuple[Check, ...]:
        policy = load_policy()
        checks = check_suite(
            asker(duck),
            SUITES[layer],
            facts,
            policy,
            self.evaluator(),
            run_name=self._run_name,
            details={"build_id": build_id, "policy": policy.sha256} if build_id else {},
        )
        record_checks(self.connection, self.claim, checks)
        return checks

    def _files(
        self, layer: str, dataset: str, staged: Mapping[str, Mapping[str, list[str]]]
    ) -> list[str]:
        """The parts of a dataset that will count once what is staged is committed."""
        new = staged.get(dataset, {})
        known = effective_objects(self.connection, self.run.world.world_id, layer, dataset)
        return [file for parts in new.values() for file in parts] + [
            self._url(item.key) for item in known if item.partition not in new
        ]

    def _url(self, key: str) -> str:
        return f"s3://{self.settings.s3.bucket}/{key}"
