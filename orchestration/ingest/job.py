"""A planned delivery into raw: the original bytes kept beside its lines."""

import hashlib
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import psycopg
from psycopg.types.json import Jsonb

from orchestration.errors import Locked
from orchestration.ingest.delivery import DeliveredFile
from orchestration.ingest.plan import Delivery
from orchestration.ingest.world import version_of
from orchestration.lake import paths
from orchestration.lake.commit import put_checksums
from orchestration.lake.manifest import LineCounts, Manifest, ObjectRef, count_lines
from orchestration.lake.store import ObjectStore
from orchestration.progress import reach
from orchestration.run import Run

_UPLOADS = 8


class WorldChanged(Locked):
    """Another delivery landed in the world after this one was planned."""


def write_delivery(
    store: ObjectStore, connection: psycopg.Connection, run: Run, delivery: Delivery
) -> Manifest:
    """Write the lines of each partition and the original files; the caller commits the manifest.

    Raises:
        RawConflict: A key holds other bytes.
        WorldChanged: Another delivery landed in between; the same command plans again.
    """
    if version_of(connection, run.world.world_id) != delivery.world_version:
        raise WorldChanged(
            f"world {run.world.world_id} changed while this delivery was read: run it again"
        )
    with ThreadPoolExecutor(_UPLOADS) as pool:
        # Two files of the same name and bytes are one object.
        originals = pool.map(lambda file: _put_original(store, run, file), delivery.files)
        kept = list({ref.key: ref for ref in originals}.values())
        days = list(pool.map(lambda name: _put_lines(store, run, delivery, name), delivery.lines))
    if delivery.findings:
        kept.append(_put_rejected(store, run, delivery))
    reach("raw.after_objects")
    refs = (*kept, *days)
    checksums = put_checksums(store, run, refs)
    reach("raw.after_checksums")
    record_delivery(connection, run, delivery)
    totals: Counter[str] = Counter(inferred_events=delivery.inferred_events)
    for ref in days:
        totals.update(events=ref.rows, objects=1)
    return Manifest(
        layer="raw",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=run.world.code_hash,
        previous_sha256=None,
        inputs=(),
        objects=refs,
        counts=dict(totals),
        parameters={
            "source": delivery.source,
            "mapping": delivery.mapping.model_dump(mode="json") if delivery.mapping else None,
            "account": delivery.facts,
            "checksums_sha256": checksums,
        },
    )


def record_delivery(connection: psycopg.Connection, run: Run, delivery: Delivery) -> None:
    """Write into meta.deliveries what became of every row; once for a run."""
    account = delivery.account
    connection.execute(
        """
        insert into meta.deliveries
            (run_id, world_id, delivery_sha256, rows_total, cases_made, lines_taken, rows_merged,
             rows_quarantined, rows_skipped, account)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (run_id) do nothing
        """,
        [
            run.run_id,
            run.world.world_id,
            delivery.sha256,
            account.rows,
            account.cases,
            account.lines,
            account.merged,
            account.quarantined.total(),
            account.skipped.total(),
            Jsonb(delivery.facts),
        ],
    )


def _put_lines(store: ObjectStore, run: Run, delivery: Delivery, partition: str) -> ObjectRef:
    body = delivery.lines[partition]
    key = paths.raw_object(run, *paths.parse_source_day(partition))
    sha256 = hashlib.sha256(body).hexdigest()
    store.put_once(key, body, sha256)
    lines = count_lines(body)
    return ObjectRef(key, paths.RAW_DATASET, partition, len(body), sha256, lines, {"lines": lines})


def _put_original(store: ObjectStore, run: Run, file: DeliveredFile) -> ObjectRef:
    key = paths.original(run, file.sha256, file.name)
    store.put_once(key, file.body, file.sha256)
    partition = f"run_id={run.run_id}"
    return ObjectRef(key, paths.ORIGINAL_DATASET, partition, len(file.body), file.sha256, 0)


def _put_rejected(store: ObjectStore, run: Run, delivery: Delivery) -> ObjectRef:
    """The rows that did not become a case, whole, each with its reason; kept like raw lines."""
    lines = (json.dumps(asdict(item), ensure_ascii=False) for item in delivery.findings)
    body = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    sha256 = hashlib.sha256(body).hexdigest()
    key = paths.rejected(run)
    store.put_once(key, body, sha256)
    rejected = dict(Counter(item.reason for item in delivery.findings))
    counts = LineCounts(lines=sum(rejected.values()), quarantined=rejected).to_json()
    return ObjectRef(
        key,
        paths.REJECTED_DATASET,
        f"run_id={run.run_id}",
        len(body),
        sha256,
        len(delivery.findings),
        counts,
    )
