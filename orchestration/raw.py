"""Raw: blocks of days simulated by Dask tasks, every object written once."""

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

from orchestration.lake import paths
from orchestration.lake.commit import put_checksums
from orchestration.lake.manifest import Manifest, ObjectRef
from orchestration.lake.store import ObjectStore
from orchestration.progress import OnProgress, no_progress, reach
from orchestration.run import Run, World
from orchestration.settings import Settings
from orchestration.settings.endpoints import S3Settings
from orchestration.workers import Workers
from simulator.arrivals import expected
from simulator.config import SimulationConfig
from simulator.world import RawObject, blocks, code_hash, simulate

_UPLOADS = 4
# Of objects that wait for S3, in each task: in a world of a country one has tens of megabytes.
_WAITING_BYTES = 64 << 20
_BLOCKS_PER_WORKER = 2
# A case of the default world has thirteen events.
_EVENTS_PER_CASE = 13


def run_of(
    config: SimulationConfig, date_min: date | None = None, date_max: date | None = None
) -> Run:
    """The run of some days of the world that a configuration describes; of all by default."""
    world = World.simulated(config.seed, config.config_hash, code_hash(), config.start)
    return Run.of(world, date_min or config.start, date_max or config.end)


def raw_build_id(world: World) -> str:
    """The build of raw: the world's inputs fix its bytes, so a world has one build."""
    return hashlib.sha256(f"raw {world.config_hash} {world.code_hash}".encode()).hexdigest()


def expected_events(run: Run, config: SimulationConfig) -> int:
    """About how many events the days of a run have."""
    cases = sum(expected(config.world.arrivals, config.start, day) for day in run.days)
    return round(cases * _EVENTS_PER_CASE)


def write_raw(
    settings: Settings,
    workers: Workers,
    run: Run,
    config: SimulationConfig,
    on_progress: OnProgress = no_progress,
) -> Manifest:
    """Simulate the days of a run and write their objects; the manifest is the caller's to commit.

    What a dead attempt left is compared and adopted.

    Raises:
        RawConflict: A key holds other bytes than this world makes.
        WorkersLost: The cluster failed.
    """
    store = ObjectStore(settings.s3)
    refs = _simulate(settings, workers, run, config, on_progress)
    reach("raw.after_objects")
    checksums = put_checksums(store, run, refs)
    reach("raw.after_checksums")
    return Manifest(
        layer="raw",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=raw_build_id(run.world),
        previous_sha256=None,
        inputs=(),
        objects=refs,
        counts={
            "objects": len(refs),
            "events": sum(ref.rows for ref in refs),
            "tickets": sum(ref.counts["tickets"] for ref in refs),
        },
        parameters={
            "seed": run.world.seed,
            "config": config.content,
            "config_hash": run.world.config_hash,
            "code_hash": run.world.code_hash,
            "first_day": run.world.first_day.isoformat(),
            "checksums_sha256": checksums,
        },
    )


def _simulate(
    settings: Settings,
    workers: Workers,
    run: Run,
    config: SimulationConfig,
    on_progress: OnProgress,
) -> tuple[ObjectRef, ...]:
    parts = _BLOCKS_PER_WORKER * max(1, workers.count)
    tasks = [
        (f"raw-{first}-{last}-{run.run_id}", (settings.s3, run, config, first, last))
        for first, last in blocks(config, run.date_min, run.date_max, parts)
    ]
    done: list[ObjectRef] = []
    total = len(run.days) * 5

    def on_result(refs: tuple[ObjectRef, ...]) -> None:
        done.extend(refs)
        on_progress(len(done), total, sum(ref.rows for ref in done), sum(ref.size for ref in done))

    workers.run(write_block, tasks, on_result)
    return tuple(sorted(done, key=lambda ref: ref.key))


def write_block(
    s3: S3Settings, run: Run, config: SimulationConfig, first: date, last: date
) -> tuple[ObjectRef, ...]:
    """The task: simulate some days and write their objects; they need nothing but S3."""
    store = ObjectStore(s3)
    refs: list[ObjectRef] = []
    waiting: deque[tuple[int, Future[ObjectRef]]] = deque()
    with ThreadPoolExecutor(_UPLOADS) as pool:
        for raw in simulate(config, first, last):
            waiting.append((len(raw.payload), pool.submit(_put, store, run, raw)))
            # A slow store holds the simulation back instead of filling the memory.
            while sum(size for size, _ in waiting) > _WAITING_BYTES:
                refs.append(waiting.popleft()[1].result())
        refs.extend(future.result() for _, future in waiting)
    return tuple(refs)


def _put(store: ObjectStore, run: Run, raw: RawObject) -> ObjectRef:
    sha256 = hashlib.sha256(raw.payload).hexdigest()
    key = paths.raw_object(run, raw.source, raw.day)
    store.put_once(key, raw.payload, sha256)
    reach("raw.after_object")
    return ObjectRef(
        key,
        paths.RAW_DATASET,
        paths.source_day(raw.source, raw.day),
        len(raw.payload),
        sha256,
        raw.events,
        {"lines": raw.events, "tickets": raw.tickets},
    )
