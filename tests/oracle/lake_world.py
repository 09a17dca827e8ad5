"""A lake made of given raw lines: bronze committed run by run, then dbt, then the committer."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from lake_dbt import dbt_build
from raw_lines import Line
from recomputation import CHANNELS

from orchestration.lake.cache import ObjectCache
from orchestration.lake.commit import commit_layer, upload_parts
from orchestration.lake.committed import (
    committed_manifest,
    effective_objects,
    newest_manifests,
)
from orchestration.lake.duckdb import connect
from orchestration.lake.event_index import write_event_index
from orchestration.lake.manifest import Manifest
from orchestration.lake.store import ObjectStore
from orchestration.meta.control import RunFacts, claim_run, unlock_world
from orchestration.run import Claim, Run, World
from orchestration.settings import Settings
from orchestration.transform.carrying import may_carry_over, write_needed_objects
from orchestration.transform.fingerprint import build_id

FIELDS = {
    "external_id": "varchar",
    "source_channel": "varchar",
    "pqrs_type": "varchar",
    "subtype": "varchar",
    "priority": "varchar",
    "geo_region": "varchar",
    "geo_municipio": "varchar",
    "geo_code": "varchar",
    "role": "varchar",
    "text": "varchar",
    "text_len": "bigint",
    "status_from": "varchar",
    "status_to": "varchar",
    "actor_role": "varchar",
    "file_type": "varchar",
    "size_kb": "bigint",
    "outcome": "varchar",
    "dependencia_id": "varchar",
    "agent_id": "varchar",
    "business_days": "bigint",
    "reason": "varchar",
    "petitioner": "struct(is_anonymous boolean, kind varchar)",
}


class LakeWorld:
    """One world in a bucket and a database of its own."""

    def __init__(self, settings: Settings, scratch: Path, first: date, name: str = "world") -> None:
        self.settings = settings
        self.scratch = scratch
        self.world = World.ingested(name, first)
        self.store = ObjectStore(settings.s3)

    def run(
        self,
        first: date,
        last: date,
        lines: Iterable[Line],
        *,
        threads: int = 2,
        with_tests: bool = False,
        layers: Sequence[str] = ("silver", "gold"),
    ) -> Run:
        """Commit the lines of first..last as bronze, and build and commit `layers`.

        As pqr does, silver takes what it can from earlier runs.
        """
        run = Run.of(self.world, first, last)
        with psycopg.connect(self.settings.postgres.dsn, autocommit=True) as connection:
            claim = claim_run(connection, run, RunFacts())
            self._commit(connection, claim, "bronze", self._write_bronze(run, lines))
            carries = self.carries_over(connection, run)
            for layer in layers:
                staging = self.dbt(
                    run, layer, threads=threads, with_tests=with_tests, carries=carries
                )
                self._commit(connection, claim, layer, staging)
            unlock_world(connection, run.world)
        return run

    def carries_over(self, connection: psycopg.Connection, run: Run) -> bool:
        """Whether pqr would let silver of the run take the cases of other runs as they are."""
        inputs = newest_manifests(connection, self.world.world_id, "bronze")
        return may_carry_over(connection, run, inputs, self._build_id("silver"))

    def dbt(
        self,
        run: Run,
        layer: str,
        *,
        threads: int = 2,
        with_tests: bool = False,
        carries: bool = False,
    ) -> Path:
        """Build one layer into a fresh staging folder."""
        root = self.scratch / uuid.uuid4().hex
        (root / layer).mkdir(parents=True)
        needed = self.scratch / f"{uuid.uuid4().hex}.csv"
        if carries and layer == "silver":
            with psycopg.connect(self.settings.postgres.dsn, autocommit=True) as connection:
                write_needed_objects(self.settings, connection, run, needed)
        facts = {
            "PQR_WORLD_ID": str(self.world.world_id),
            "PQR_RUN_ID": str(run.run_id),
            "PQR_DATE_MIN": str(run.date_min),
            "PQR_DATE_MAX": str(run.date_max),
            "PQR_LAKE_ROOT": str(root),
            "PQR_DUCKDB_THREADS": str(threads),
            "PQR_CARRIES_OVER": "true" if carries and layer == "silver" else "",
            "PQR_NEEDED_OBJECTS": str(needed) if needed.exists() else "",
        }
        dbt_build(self.settings, layer, facts, with_tests=with_tests)
        return root / layer

    def read(self, layer: str, dataset: str, columns: str = "*") -> list[dict[str, Any]]:
        """The rows that count of a dataset, from the bucket."""
        with psycopg.connect(self.settings.postgres.dsn) as connection:
            refs = effective_objects(connection, self.world.world_id, layer, dataset)
        keys = [f"s3://{self.settings.s3.bucket}/{ref.key}" for ref in refs]
        duck = connect(self.settings)
        try:
            found = duck.execute(
                f"select {columns} from read_parquet($keys, hive_partitioning = false)",
                {"keys": keys},
            )
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        finally:
            duck.close()

    def sums(self, layer: str) -> dict[str, str]:
        """sha256 of the objects that count, by dataset and partition."""
        with psycopg.connect(self.settings.postgres.dsn) as connection:
            refs = effective_objects(connection, self.world.world_id, layer)
        return {f"{ref.dataset}/{ref.partition}": ref.sha256 for ref in refs}

    def _write_bronze(self, run: Run, lines: Iterable[Line]) -> Path:
        root = self.scratch / f"{run.run_id}-bronze"
        objects: dict[tuple[str, date], list[Line]] = defaultdict(list)
        for line in lines:
            if run.date_min <= line.object_day <= run.date_max:
                objects[line.source, line.object_day].append(line)
        for source in sorted({*CHANNELS, *(source for source, _ in objects)}):
            for day in run.days:
                write_bronze(root, source, day, objects[source, day])
        return root

    def _commit(
        self, connection: psycopg.Connection, claim: Claim, layer: str, staging: Path
    ) -> None:
        run = claim.run
        refs = upload_parts(self.store, staging, layer, run)
        if layer == "bronze":
            cache = ObjectCache(self.store, self.settings.object_cache)
            files = cache.verified(refs)
            refs = (*refs, write_event_index(self.settings, run, refs, files, cache))
        before = {"silver": "bronze", "gold": "silver"}.get(layer)
        previous = committed_manifest(connection, run, before) if before else None
        manifest = Manifest(
            layer=layer,  # type: ignore[arg-type]
            run_id=run.run_id,
            world_id=run.world.world_id,
            date_min=run.date_min,
            date_max=run.date_max,
            build_id=self._build_id(layer),
            previous_sha256=previous.sha256 if previous else None,
            inputs=(),
            objects=refs,
        )
        commit_layer(self.store, connection, claim, manifest)

    def _build_id(self, layer: str) -> str:
        return "0" * 64 if layer == "bronze" else build_id(self.settings, layer, ())


def write_bronze(root: Path, source: str, day: date, lines: list[Line]) -> None:
    """One bronze object, also of no line at all."""
    folder = root / "pqrs_events" / f"source={source}" / f"day={day}"
    folder.mkdir(parents=True)
    raw = folder / "raw.jsonl"
    raw.write_text(
        "".join(
            json.dumps({**line.event, "line_no": line.line_no}, ensure_ascii=False) + "\n"
            for line in lines
        ),
        encoding="utf-8",
    )
    columns = {
        "event_id": "varchar",
        "ticket_id": "varchar",
        "event_type": "varchar",
        "ts": "timestamptz",
        "line_no": "bigint",
        "data": "struct(" + ", ".join(f"{name} {kind}" for name, kind in FIELDS.items()) + ")",
    }
    schema = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    duckdb.execute(
        f"""
        copy (
            select event_id, ticket_id, event_type, ts, null::varchar as ts_original, data,
                '{source}' as source, date '{day}' as day, line_no
            from read_json('{raw}', format = 'newline_delimited', columns = {{{schema}}})
            order by ts, event_id
        ) to '{folder}/part.parquet' (format parquet, compression zstd)
        """
    )
    raw.unlink()
