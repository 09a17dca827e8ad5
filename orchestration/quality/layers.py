"""The checks of Great Expectations on a layer of a run, before the layer is committed."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import duckdb
import psycopg

from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import effective_objects
from orchestration.lake.duckdb import local_engine
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.paths import BRONZE_DATASET
from orchestration.meta.records import Check, record_checks
from orchestration.quality.comparison import read_comparison
from orchestration.quality.evaluate import evaluate_rules
from orchestration.quality.gx import GxClient
from orchestration.quality.suites import SUITES
from orchestration.quality.tables import (
    Staged,
    create_bronze,
    create_gold,
    create_references,
    create_silver,
    reading_lake,
    staged_files,
    staged_rows,
)
from orchestration.quality.verdicts import judged_by, load_policy, recorded_verdicts, require_pass
from orchestration.run import Claim, Run
from orchestration.settings import Settings

# The process of a run is to stay below 2 GB: different ids of many events are counted on the disk.
_MEMORY = "400MB"
# Every row of bronze is a row of one of these.
_SILVER = ("tickets", "messages", "status_events", "attachments", "term_extensions")


@dataclass(frozen=True)
class LayerChecks:
    """The checks of one attempt.

    Each `check_*` takes the verdicts on a build from the record, or measures and records them.
    They raise QualityFailed when a critical check fails, StoreUnavailable when S3 does not answer
    (nothing is recorded then), and GxFailed when Great Expectations is not there.
    """

    settings: Settings
    connection: psycopg.Connection
    objects: ObjectCache
    claim: Claim
    gx: Callable[[], GxClient]

    @property
    def run(self) -> Run:
        """The run that is checked."""
        return self.claim.run

    def check_bronze(self, manifest: Manifest, files: Sequence[str] | None = None) -> None:
        """Check bronze whose objects are uploaded, whether or not its manifest is committed.

        Args:
            manifest: Of the layer.
            files: Verified local copies of its events, where the caller has them.
        """

        def create(duck: duckdb.DuckDBPyConnection) -> None:
            events = [ref for ref in manifest.objects if ref.dataset == BRONZE_DATASET]
            create_bronze(duck, manifest, files or self.objects.verified(events))

        self._check("bronze", manifest.build_id, create)

    def check_silver(self, build_id: str, staging: Path | None) -> None:
        """Check silver as it will be once `staging` is committed; None: as it is committed."""
        staged = staged_files(staging)
        world = {dataset: self._committed("silver", dataset) for dataset in _SILVER}
        bronze_rows = sum(ref.rows for ref in self._committed("bronze", "pqrs_events"))
        first, last = self.run.date_min, self.run.date_max

        def create(duck: duckdb.DuckDBPyConnection) -> None:
            files = {
                "tickets": self._files(
                    staged, world, "tickets", f"month={first:%Y-%m}", f"month={last:%Y-%m}"
                ),
                "messages": self._files(staged, world, "messages", f"day={first}"),
            }
            written = [file for name in _SILVER for file in _new_files(staged, name)]
            kept = sum(
                ref.rows
                for name in _SILVER
                for ref in world[name]
                if ref.partition not in staged.get(name, {})
            )
            create_silver(duck, files, bronze_rows, kept + staged_rows(duck, written))

        self._check("silver", build_id, create)

    def check_gold(self, build_id: str, staging: Path | None) -> None:
        """Check gold as it will be once `staging` is committed; None: as it is committed."""
        staged = staged_files(staging)
        week_before, last = self.run.date_min - timedelta(days=7), self.run.date_max
        spans = {
            "kpi_sla_cohort": ("", "~"),
            "kpi_model_quality": (f"day={week_before}", f"day={last}"),
            "kpi_topic": (f"day={last}", f"day={last}"),
        }
        world = {dataset: self._committed("gold", dataset) for dataset in spans}

        def create(duck: duckdb.DuckDBPyConnection) -> None:
            files = {name: self._files(staged, world, name, *span) for name, span in spans.items()}
            create_gold(duck, files)

        self._check("gold", build_id, create)

    def _check(
        self, layer: str, build_id: str, create: Callable[[duckdb.DuckDBPyConnection], None]
    ) -> None:
        checks = recorded_verdicts(self.connection, self.run, layer, build_id)
        if not checks:
            checks = tuple(
                replace(check, build_id=build_id, judged_by=judged_by())
                for check in self._measured(layer, create)
            )
            record_checks(self.connection, self.claim, checks)
        require_pass(layer, checks)

    def _measured(
        self, layer: str, create: Callable[[duckdb.DuckDBPyConnection], None]
    ) -> Sequence[Check]:
        comparison = read_comparison(self.connection, self.run)
        seeds = self.settings.project_root / "seeds"
        with (
            reading_lake(layer),
            closing(local_engine(self.settings, threads=2, memory_limit=_MEMORY)) as duck,
        ):
            create_references(duck, comparison, seeds)
            create(duck)
            return evaluate_rules(
                duck,
                layer,
                SUITES[layer],
                comparison,
                load_policy(),
                self.gx(),
                docs=self.settings.home / "data_docs" / str(self.run.run_id),
                run_name=f"attempt-{self.claim.attempt}",
            )

    def _committed(self, layer: str, dataset: str) -> tuple[ObjectRef, ...]:
        return effective_objects(self.connection, self.run.world.world_id, layer, dataset)

    def _files(
        self,
        staged: Staged,
        world: dict[str, tuple[ObjectRef, ...]],
        dataset: str,
        first: str = "",
        last: str = "~",
    ) -> list[str]:
        """The parts of a dataset that will count, of the partitions from `first` to `last`."""
        new = staged.get(dataset, {})
        kept = (
            ref
            for ref in world[dataset]
            if first <= ref.partition <= last and ref.partition not in new
        )
        return [
            *(file for name, files in new.items() if first <= name <= last for file in files),
            *self.objects.verified(kept),
        ]


def _new_files(staged: Staged, dataset: str) -> list[str]:
    return [file for files in staged.get(dataset, {}).values() for file in files]
