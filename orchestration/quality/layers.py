"""The checks of each layer of a run: bronze as committed, silver and gold before they are."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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
from orchestration.quality.lens import Staged, asker, lay_ground, staged_files
from orchestration.quality.measure import Ask
from orchestration.quality.policy import load_policy
from orchestration.quality.recorded import recorded_checks
from orchestration.quality.relations import SILVER_COLUMNS, lay_bronze, lay_gold, lay_silver
from orchestration.quality.suites import SUITES
from orchestration.quality.suites.gold import GRAINS
from orchestration.run import Claim, Run
from orchestration.settings import Settings


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
        with closing(self.duck()) as duck:
            facts = self.ground(duck)
            lay_bronze(duck, manifest, {o.key: self._url(o.key) for o in manifest.objects})
            return self._judge("bronze", duck, facts, known.build_id)

    def check_silver(self, staging: Path) -> tuple[Check, ...]:
        """Check what dbt wrote for silver before it is committed, and record the results."""
        with closing(self.duck()) as duck:
            facts = self.ground(duck)
            self.lay_silver(duck, staged_files(staging))
            return self._judge("silver", duck, facts)

    def check_gold(self, staging: Path) -> tuple[Check, ...]:
        """Check what dbt wrote for gold before it is committed, and record the results."""
        with closing(self.duck()) as duck:
            facts = self.ground(duck)
            self.lay_gold(duck, staged_files(staging))
            return self._judge("gold", duck, facts)

    def check_serving(self, batch_ids: Mapping[str, list[int]]) -> tuple[Check, ...]:
        """Check what is about to be published in Postgres, and record the results.

        Args:
            batch_ids: The batches of the publication to come, by table of schema serving.
        """
        facts = facts_of(self.connection, self.run)
        checks = check_suite(
            self.ask_serving(batch_ids, facts),
            SUITES["serving"],
            facts,
            load_policy(),
            self.evaluator(),
            run_name=self._run_name,
            details={},
        )
        record_checks(self.connection, self.claim, checks)
        return checks

    def ask_serving(self, batch_ids: Mapping[str, list[int]], facts: Facts) -> Ask:
        """How the serving suite asks Postgres, over these batches alone."""
        ids = sorted(batch for batches in batch_ids.values() for batch in batches)
        values = {
            "batches": sql.Literal(ids),
            "world_days": sql.Literal(list(facts.world_days)),
            "last_day": sql.SQL("{}::date").format(sql.Literal(facts.world_last_day)),
        }

        def ask(query: str) -> list[tuple[object, ...]]:
            return self.connection.execute(sql.SQL(query).format(**values)).fetchall()

        return ask

    def duck(self) -> duckdb.DuckDBPyConnection:
        """DuckDB over the lake, within the memory that checks may take."""
        return connect(self.settings, threads=2, memory_limit="1GB")

    def ground(self, duck: duckdb.DuckDBPyConnection) -> Facts:
        """Lay what every layer compares with; gives it."""
        facts = facts_of(self.connection, self.run)
        lay_ground(duck, facts, self.settings.project_root / "seeds")
        return facts

    def lay_silver(self, duck: duckdb.DuckDBPyConnection, staged: Staged) -> None:
        """The relations of silver: what is staged over what is committed."""
        bronze = effective_objects(
            self.connection, self.run.world.world_id, "bronze", "pqrs_events"
        )
        lay_silver(
            duck,
            {dataset: self._files("silver", dataset, staged) for dataset in SILVER_COLUMNS},
            {
                dataset: [file for files in staged.get(dataset, {}).values() for file in files]
                for dataset in SILVER_COLUMNS
            },
            sum(item.rows for item in bronze),
        )

    def lay_gold(self, duck: duckdb.DuckDBPyConnection, staged: Staged) -> None:
        """The relations of gold: what is staged over what is committed, and committed silver."""
        silver = {name: self._files("silver", name, {}) for name in ("tickets", "status_events")}
        gold = {table: self._files("gold", table, staged) for table in GRAINS}
        lay_gold(duck, {**silver, **gold})

    @property
    def _run_name(self) -> str:
        return f"attempt-{self.claim.attempt}"

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

    def _files(self, layer: str, dataset: str, staged: Staged) -> list[str]:
        """The parts of a dataset that will count once what is staged is committed."""
        new = staged.get(dataset, {})
        known = effective_objects(self.connection, self.run.world.world_id, layer, dataset)
        return [file for parts in new.values() for file in parts] + [
            self._url(item.key) for item in known if item.partition not in new
        ]

    def _url(self, key: str) -> str:
        return f"s3://{self.settings.s3.bucket}/{key}"
