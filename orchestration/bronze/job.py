"""Bronze: one Dask task per raw object, then the equation and the quarantine limit."""

import hashlib
import sys
from collections import Counter
from typing import Final

import duckdb
import pyarrow as pa

from orchestration.bronze.rules import HARMLESS, Rules, load_rules
from orchestration.bronze.task import BronzeObjects, BronzeTask, write_object
from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.event_index import QUERY as INDEX_QUERY
from orchestration.lake.manifest import LineCounts, Manifest, ManifestInput, ObjectRef
from orchestration.own_code import code_sha256
from orchestration.progress import OnProgress, no_progress, reach
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.workers import Workers

QUARANTINE_LIMIT_PCT: Final = 1.0


class QuarantineLimit(WorkFailed):
    """QUARANTINE_LIMIT: more lines than allowed cannot enter bronze; nothing is committed."""


def bronze_build_id(rules: Rules, raw_sha256: str) -> str:
    """The build of bronze: its code and engines, the rules and known values, and the raw manifest.

    The code is what `bronze.object` imports, and the query of the index: the task around it only
    moves bytes that it verifies.
    """
    python = ".".join(map(str, sys.version_info[:2]))
    engines = f"python {python} duckdb {duckdb.__version__} pyarrow {pa.__version__}"
    code = code_sha256("orchestration.bronze.object")
    text = (
        f"{engines}\ncode {code}\nindex {INDEX_QUERY}\nrules {rules.version}\ninput {raw_sha256}\n"
    )
    return hashlib.sha256(text.encode()).hexdigest()


def write_bronze(
    settings: Settings,
    workers: Workers,
    run: Run,
    raw: Manifest,
    *,
    quarantine_limit_pct: float = QUARANTINE_LIMIT_PCT,
    on_progress: OnProgress = no_progress,
) -> Manifest:
    """Judge every line of a committed raw manifest and write bronze and quarantine.

    The manifest is the caller's to commit.

    Raises:
        QuarantineLimit: More than `quarantine_limit_pct` of the lines cannot enter bronze.
        ObjectMissing, ObjectCorrupt: A raw object is not what its manifest says.
        WorkersLost: The cluster failed.
    """
    rules = load_rules(settings.project_root)
    written = _write_objects(settings, workers, run, raw, rules, on_progress)
    counts = LineCounts.total(pair.counts for pair in written)
    _check_equation(raw, counts)
    _check_limit(counts, quarantine_limit_pct)
    reach("bronze.after_objects")
    return Manifest(
        layer="bronze",
        run_id=run.run_id,
        world_id=run.world.world_id,
        date_min=run.date_min,
        date_max=run.date_max,
        build_id=bronze_build_id(rules, raw.sha256),
        previous_sha256=raw.sha256,
        inputs=(ManifestInput(raw.run_id, "raw", raw.sha256),),
        objects=tuple(ref for pair in written for ref in (pair.bronze, pair.quarantine)),
        counts=counts.to_json(),
        parameters={"rules_version": rules.version},
    )


def raw_objects(raw: Manifest) -> tuple[ObjectRef, ...]:
    """The objects of a raw manifest that hold events."""
    return tuple(ref for ref in raw.objects if ref.dataset == paths.RAW_DATASET)


def _write_objects(
    settings: Settings,
    workers: Workers,
    run: Run,
    raw: Manifest,
    rules: Rules,
    on_progress: OnProgress,
) -> list[BronzeObjects]:
    packed = rules.pack()
    cache = settings.object_cache if settings.dask_scheduler is None else None
    tasks = []
    for ref in raw_objects(raw):
        source, day = paths.parse_source_day(ref.partition)
        task = BronzeTask(settings.s3, run, source, day, ref, packed, cache)
        tasks.append((f"bronze-{source}-{day}-{run.run_id}", (task,)))
    seen = Counter[str]()

    def on_result(pair: BronzeObjects) -> None:
        seen.update(done=1, rows=pair.bronze.rows, size=pair.bronze.size)
        on_progress(seen["done"], len(tasks), seen["rows"], seen["size"])

    return workers.run(write_object, tasks, on_result)


def _check_equation(raw: Manifest, counts: LineCounts) -> None:
    lines = sum(ref.rows for ref in raw_objects(raw))
    if not lines == counts.lines == counts.bronze + counts.quarantined_lines:
        raise WorkFailed(
            f"raw has {lines} lines, {counts.lines} were read, {counts.bronze} are in bronze and"
            f" {counts.quarantined_lines} quarantined: nothing is committed"
        )


def _check_limit(counts: LineCounts, limit_pct: float) -> None:
    reasons = {code: count for code, count in counts.quarantined.items() if code not in HARMLESS}
    rejected = sum(reasons.values())
    if rejected * 100 > limit_pct * counts.lines:
        worst = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:3]
        named = ", ".join(f"{code} {count}" for code, count in worst)
        raise QuarantineLimit(
            f"QUARANTINE_LIMIT: {rejected} of {counts.lines} lines"
            f" ({100 * rejected / counts.lines:.2f} %) cannot enter bronze, the limit is"
            f" {limit_pct:g} %: {named}; nothing is committed"
        )
