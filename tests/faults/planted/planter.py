"""A committed world copied table by table, damaged by one fault at a time and restored.

Nothing that counts is touched: the rows are copied into DuckDB, and what is planted in PostgreSQL
is rolled back.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql

from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import committed_manifest, effective_objects, read_manifest
from orchestration.lake.duckdb import connect
from orchestration.lake.store import ObjectStore
from orchestration.meta.records import Check
from orchestration.quality import tables
from orchestration.quality.comparison import Baseline, read_comparison
from orchestration.quality.evaluate import evaluate_rules
from orchestration.quality.gx import GxClient
from orchestration.quality.layers import LayerChecks
from orchestration.quality.suites import OPENINGS, SUITES
from orchestration.quality.verdicts import load_policy
from orchestration.run import Claim, Run, World
from orchestration.settings import Settings
from tests.faults.planted.copies import as_tables, damaged, seed_types
from tests.faults.planted.faults import Fault


@dataclass
class Planter:
    """The latest published run of a lake, ready to be damaged."""

    settings: Settings
    connection: psycopg.Connection
    claim: Claim
    gx: GxClient
    scratch: Path

    def __post_init__(self) -> None:
        # Without a real history the clean world itself stands for an earlier run.
        comparison = read_comparison(self.connection, self.claim.run)
        self.comparison = replace(comparison, baseline=Baseline())
        with self._layer("silver") as duck:
            row = duck.execute(
                "select 100.0 * (select count(*) from tickets) / getvariable('expected_tickets'),"
                f" avg(text_len), count(*) from {OPENINGS}"
            ).fetchone()
        assert row is not None
        volume, text_length, openings = map(float, row)
        baseline = Baseline(volume, text_length, self.comparison.days, openings)
        self.comparison = replace(self.comparison, baseline=baseline)

    def clean(self, owner: str, layer: str) -> list[Check]:
        """Every check of a layer on the world as it is."""
        nothing = Fault(owner, layer, "nothing", "", "WARN", "")  # type: ignore[arg-type]
        return next(iter(self.plant([nothing])))[1]

    def plant(self, planted: list[Fault]) -> Iterator[tuple[Fault, list[Check]]]:
        """Each fault alone, with all checks of its owner on its layer."""
        for owner, layer in dict.fromkeys((fault.owner, fault.layer) for fault in planted):
            chosen = [fault for fault in planted if (fault.owner, fault.layer) == (owner, layer)]
            if owner == "serving":
                yield from ((fault, self._serving(fault.sql)) for fault in chosen)
                continue
            with self._layer(layer) if owner != "dbt" else self._lake() as duck:
                for fault in chosen:
                    with damaged(duck, fault.sql):
                        if owner == "dbt":
                            checks = self._dbt(duck, layer)
                        else:
                            checks = self._great_expectations(duck, layer)
                    yield fault, checks

    @contextmanager
    def _layer(self, layer: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """The tables that the suites of Great Expectations name."""
        with connect(self.settings) as duck:
            tables.create_references(duck, self.comparison, self.settings.project_root / "seeds")
            objects = ObjectCache(ObjectStore(self.settings.s3), self.settings.object_cache)
            checks = _Create(self.settings, self.connection, objects, self.claim, lambda: self.gx)
            if layer == "bronze":
                known = committed_manifest(self.connection, self.claim.run, "bronze")
                assert known is not None
                checks.check_bronze(read_manifest(ObjectStore(self.settings.s3), known))
            elif layer == "silver":
                checks.check_silver("", None)
            else:
                checks.check_gold("", None)
            checks.create(duck)
            as_tables(duck)
            yield duck

    @contextmanager
    def _lake(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Silver, gold and the reference lists under the names that dbt's queries have."""
        path = self.scratch / "lake.duckdb"
        path.unlink(missing_ok=True)
        run = self.claim.run
        with ExitStack() as stack:
            duck = stack.enter_context(connect(self.settings, database=str(path)))
            for layer in ("silver", "gold"):
                duck.execute(f"create schema {layer}")
                objects = effective_objects(self.connection, run.world.world_id, layer)
                for dataset in sorted({ref.dataset for ref in objects}):
                    files = ", ".join(
                        f"'s3://{self.settings.s3.bucket}/{ref.key}'"
                        for ref in objects
                        if ref.dataset == dataset
                    )
                    duck.execute(
                        f"create table {layer}.{dataset} as from read_parquet([{files}],"
                        " hive_partitioning = false, union_by_name = true)"
                    )
            for name, types in seed_types(self.settings.project_root).items():
                seed = self.settings.project_root / "seeds" / f"{name}.csv"
                duck.execute(
                    f"create table silver.{name} as from read_csv('{seed}', header = true,"
                    f" columns = {types}, nullstr = '')"
                )
            duck.execute("create schema bronze")
            duck.execute(
                "create table bronze.world as select ?::varchar as world_id, ?::date as first_day,"
                " ?::date as last_day, ?::date as run_first_day, last_day as run_last_day,"
                " first_day as gold_first_day",
                [str(run.world.world_id), run.world.first_day, run.date_max, run.date_min],
            )
            yield duck

    def _great_expectations(self, duck: duckdb.DuckDBPyConnection, layer: str) -> list[Check]:
        return list(
            evaluate_rules(
                duck,
                layer,
                SUITES[layer],
                self.comparison,
                load_policy(),
                self.gx,
                docs=self.scratch,
                run_name="planted",
            )
        )

    def _dbt(self, duck: duckdb.DuckDBPyConnection, layer: str) -> list[Check]:
        """The tests of dbt, by the queries that the run has recorded of them.

        Those over models that leave nothing in the lake cannot be repeated and are left out.
        """
        rows = self.connection.execute(
            "select dataset, check_name, severity, details_json ->> 'query'"
            " from meta.current_checks where run_id = %s and layer = %s and tool = 'dbt'",
            [self.claim.run.run_id, layer],
        ).fetchall()
        checks = []
        for dataset, name, severity, query in rows:
            # A statement that fails would end the transaction that holds the fault.
            try:
                duck.cursor().execute(f"explain {query}")
            except duckdb.CatalogException:
                continue
            found = duck.execute(f"select count(*) from ({query})").fetchone()
            assert found is not None
            failed: Any = "FAIL" if severity == "critical" else "WARN"
            result = failed if found[0] else "PASS"
            checks.append(Check(dataset, name, result, layer, severity, "dbt", found[0], 0))
        return checks

    def _serving(self, statement: str) -> list[Check]:
        """The checks of serving, by the queries that the run has recorded of them."""
        recorded = self.connection.execute(
            "select dataset, check_name, details_json ->> 'query' from meta.current_checks"
            " where run_id = %s and layer = 'serving' and tool = 'pqr'"
            " and details_json ? 'query'",
            [self.claim.run.run_id],
        ).fetchall()
        batches = self.connection.execute(
            "select array_agg(batch_id) from meta.publication_batches where publication_id ="
            " (select max(publication_id) from meta.publications where run_id = %s)",
            [self.claim.run.run_id],
        ).fetchone()
        assert batches is not None
        run = self.claim.run
        of_batches = sql.SQL("batch_id = any({})").format(sql.Literal(batches[0]))
        values = {
            "batches": sql.Literal(batches[0]),
            "of": of_batches,
            "fresh": of_batches,  # this publication landed all of them
            "days": sql.SQL("{}::date[]").format(sql.Literal(list(run.days))),
            "last_day": sql.SQL("{}::date").format(sql.Literal(run.date_max)),
        }
        checks = []
        with self.connection.transaction() as transaction:
            if statement:
                self.connection.execute(sql.SQL(statement).format(**values))  # type: ignore[arg-type]
            for dataset, name, query in recorded:
                row = self.connection.execute(sql.SQL(query).format(**values)).fetchone()
                found = int(row[0] or 0) if row else 0
                result: Any = "FAIL" if found else "PASS"
                checks.append(Check(dataset, name, result, "serving", "critical", "pqr", found, 0))
            raise psycopg.Rollback(transaction)
        return checks


class _Create(LayerChecks):
    """Keeps how a layer's tables are created, instead of checking them."""

    def _check(self, layer: str, build_id: str, create: Any) -> None:
        object.__setattr__(self, "create", create)


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
