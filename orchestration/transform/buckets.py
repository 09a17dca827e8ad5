"""Silver of a large run: built by dbt in buckets of cases, one Dask task each, and put together.

A case decides its rows alone, so each bucket is built by the same SQL over its own cases, in the
memory of one worker. What the buckets wrote of a partition is merged in the order of its key: rows
and bytes are those of one build, whatever the number of buckets and wherever they were built. See
docs/adr/0028-silver-in-buckets.md.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from orchestration.lake.cache import ObjectCache
from orchestration.lake.committed import objects_by_key
from orchestration.lake.manifest import ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.progress import OnProgress
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.settings.endpoints import PostgresSettings
from orchestration.settings.secrets import draw_secrets
from orchestration.transform.bucket_results import Files, in_all_buckets, leads_of, merge
from orchestration.transform.bucket_task import (
    Bucket,
    BucketResult,
    BucketTask,
    bucket_folder,
    build_bucket,
    linked_cases,
    touched_partitions,
)
from orchestration.transform.control_plane_copy import control_plane_copy
from orchestration.transform.dbt import DbtResult
from orchestration.transform.layer import staging_folder
from orchestration.transform.projects import Projects
from orchestration.workers import Workers


@dataclass(frozen=True)
class BucketedBuild:
    """A build of silver in buckets.

    Attributes:
        settings: Where the services are.
        run: Whose days are built.
        workers: Who builds the buckets.
        count: How many buckets.
        workspace: Scratch space of the run.
        projects: What dbt has parsed in this process.
        bronze: The objects of all events that count.
        carries_over: Whether cases of other runs are taken as they are committed.
        is_alone: Whether no other run of the world has bronze.
    """

    settings: Settings
    run: Run
    workers: Workers
    count: int
    workspace: Path
    projects: Projects
    bronze: Sequence[ObjectRef]
    carries_over: bool
    is_alone: bool

    def stage(self, connection: psycopg.Connection, on_progress: OnProgress) -> DbtResult:
        """Build into `staging_folder(workspace, "silver")`; failing nodes do not raise.

        Returns:
            Each node once, with its failures in all buckets.

        Raises:
            WorkersLost: A task killed its worker again and again, or the cluster went away.
            As run_dbt says.
        """
        shutil.rmtree(self.workspace / "buckets", ignore_errors=True)
        shutil.rmtree(self.workspace / "silver", ignore_errors=True)
        self.projects.read(self.settings, "lake")  # parsed once, for all workers of this home
        copy = control_plane_copy(connection, self.run.world)
        task = BucketTask(
            self._settings_of_workers, self.run, Bucket(0, self.count), copy, self._leads(),
            None, self.carries_over, self._shared,
        )  # fmt: skip
        if not self.is_alone:
            found = self._run("touched", touched_partitions, task)
            failed = [result for _, result in found if result.failed()]
            if failed:
                return in_all_buckets(failed)
            touched = sorted({part for parts, _ in found for part in parts})
            task = replace(task, touched=tuple(touched))
        done = 0

        def count_bucket(_: BucketResult) -> None:
            nonlocal done
            done += 1
            on_progress(done, self.count)

        results = self._run("silver", build_bucket, task, count_bucket)
        whole = in_all_buckets([item.result for item in results])
        if not whole.failed():
            self._put_together(connection, results)
        shutil.rmtree(self.workspace / "buckets", ignore_errors=True)
        return whole

    def _leads(self) -> dict[UUID, UUID]:
        """Of each case that shares an event with others the first of them all."""
        tasks = [
            (
                f"linked-{bucket.number}",
                (self._settings_of_workers, self.bronze, bucket, self._shared),
            )
            for bucket in self._buckets
        ]
        found = self.workers.run(linked_cases, tasks, lambda _: None)
        return leads_of(cases for part in found for cases in part)

    @property
    def _buckets(self) -> list[Bucket]:
        return [Bucket(number, self.count) for number in range(self.count)]

    @property
    def _shared(self) -> Path | None:
        """The folder that workers share with this process: none where they are elsewhere."""
        return self.workspace if self.settings.dask_scheduler is None else None

    @property
    def _settings_of_workers(self) -> Settings:
        """The settings without the way to PostgreSQL, which no worker needs."""
        nowhere = "postgresql://nobody:none@localhost:65535/none"
        postgres = PostgresSettings(nowhere, nowhere, nowhere, is_embedded=False)
        return replace(self.settings, postgres=postgres, secrets=draw_secrets())

    def _run(
        self,
        name: str,
        function: Callable[[BucketTask], Any],
        task: BucketTask,
        on_result: Callable[[Any], None] = lambda _: None,
    ) -> list[Any]:
        tasks = [
            (f"{name}-{bucket.number}", (replace(task, bucket=bucket),)) for bucket in self._buckets
        ]
        return self.workers.run(function, tasks, on_result)

    def _put_together(
        self, connection: psycopg.Connection, results: Sequence[BucketResult]
    ) -> None:
        """Merge what the buckets wrote into the staging folder, and leave nothing else behind."""
        staging = staging_folder(self.workspace, "silver")
        if self._shared is not None:
            merge(self._files_here(self._shared), staging, self._orders())
            return
        store = ObjectStore(self.settings.s3)
        # Once each: buckets without rows in a partition write the same empty file.
        objects = {ref.key: ref for item in results for ref in item.objects}
        copies = ObjectCache(store, self.workspace / "buckets").verified(objects.values())
        files: Files = defaultdict(list)
        for ref, copy in zip(objects.values(), copies, strict=True):
            files[ref.dataset, ref.partition].append(Path(copy))
        merge(files, staging, self._orders())
        # A bucket that wrote all of a partition wrote the object that an earlier build committed.
        committed = {ref.key for ref in objects_by_key(connection, sorted(objects))}
        for key in sorted(objects.keys() - committed):
            store.delete(key)

    def _files_here(self, workspace: Path) -> Files:
        files: Files = defaultdict(list)
        for bucket in self._buckets:
            folder = staging_folder(bucket_folder(workspace, bucket), "silver")
            for path in sorted(folder.rglob("*.parquet")):
                dataset, _, partition = path.parent.relative_to(folder).as_posix().partition("/")
                files[dataset, partition].append(path)
        return files

    def _orders(self) -> dict[str, str]:
        """The order of the rows of each dataset, as macros/lake/export_partitions.sql has it."""
        orders = {}
        for node in self.projects.read(self.settings, "lake").nodes.values():
            meta = node.config.meta
            if node.schema == "silver" and (partition := meta.get("partition")):
                key = meta.get("order") or [name for name in meta["grain"] if name != partition]
                orders[node.alias] = ", ".join(key)
        return orders
