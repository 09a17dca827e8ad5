"""Bronze: one Dask task a raw object, the equation, the quarantine limit, then the manifest."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import psycopg

from orchestration.bronze.reasons import HARMLESS
from orchestration.bronze.rules import Rules, load_rules
from orchestration.bronze.task import BronzeObjects, BronzeTask, write_object
from orchestration.errors import WorkFailed
from orchestration.lake import paths
from orchestration.lake.commit import commit_layer, take_up
from orchestration.lake.committed import committed_manifest, read_manifest
from orchestration.lake.killpoint import reach
from orchestration.lake.manifest import Manifest, ManifestInput, ObjectRef
from orchestration.lake.presence import missing_objects
from orchestration.lake.result import LayerResult, OnProgress, no_progress
from orchestration.lake.store import ObjectStore
from orchestration.run import Claim
from orchestration.settings import Settings

if TYPE_CHECKING:
    from distributed import Client

QUARANTINE_LIMIT_PCT: Final = 1.0


class QuarantineLimit(WorkFailed):
    """QUARANTINE_LIMIT: more lines than allowed cannot enter bronze; nothing is committed."""


def bronze_build_id(rules: Rules, raw_sha256: str) -> str:
    """The build of bronze: its code, the rules and known values, and the raw manifest."""
    digest = hashlib.sha256(f"duckdb {duckdb.__version__}\n".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    digest.update(f"rules {rules.version}\ninput {raw_sha256}\n".encode())
    return digest.hexdigest()


def write_bronze(
    settings: Settings,
    client: "Client",
    connection: psycopg.Connection,
    claim: Claim,
    raw: Manifest,
    *,
    check: Callable[[Manifest], None],
    quarantine_limit_pct: float = QUARANTINE_LIMIT_PCT,
    on_progress: OnProgress = no_progress,
) -> LayerResult:
    """Judge every line of a committed raw manifest and commit bronze and quarantine.

    Nothing is written when this build is committed and all there. `check` is called with the
    manifest before it is committed, and raises when it must not be.

    Raises:
        QuarantineLimit: More than `quarantine_limit_pct` of the lines cannot enter bronze.
        ObjectMissing, ObjectCorrupt: A raw object is not what its manifest says.
        StaleClaim: A newer attempt holds the run.
        WorkersLost: The cluster failed.
    """
    store, rules = ObjectStore(settings.s3), load_rules(settings.project_root)
    build_id = bronze_build_id(rules, raw.sha256)
    known = committed_manifest(connection, claim.run, "bronze", build_id)
    if known is not None:
        manifest = read_manifest(store, known)
        if not missing_objects(store, manifest):
            check(manifest)
            take_up(connection, claim, known)
            return LayerResult(known, manifest, was_committed=True)
    written = _write_objects(settings, client, claim, raw, rules, on_progress)
    counts = _counts(written)
    _check_equation(raw, counts)
    _check_limit(counts, quarantine_limit_pct)
    reach("bronze.after_objects")
    manifest = Manifest(
        layer="bronze",
        run_id=claim.run.run_id,
        world_id=claim.run.world.world_id,
        date_min=claim.run.date_min,
        date_max=claim.run.date_max,
        build_id=build_id,
        previous_sha256=raw.sha256,
        inputs=(ManifestInput(raw.run_id, "raw", raw.sha256),),
        objects=tuple(ref for pair in written for ref in (pair.bronze, pair.quarantine)),
        counts=dict(sorted(counts.items())),
        parameters={"rules_version": rules.version},
    )
    check(manifest)
    committed = commit_layer(store, connection, claim, manifest)
    return LayerResult(committed, manifest, was_committed=False)


def raw_objects(raw: Manifest) -> tuple[ObjectRef, ...]:
    """The objects of a raw manifest that hold events."""
    return tuple(ref for ref in raw.objects if ref.dataset == paths.RAW_DATASET)


def _write_objects(
    settings: Settings,
    client: "Client",
    claim: Claim,
    raw: Manifest,
    rules: Rules,
    tell: OnProgress,
) -> list[BronzeObjects]:
    # Here, since it imports Dask: a run that finds its bronze committed needs none.
    from orchestration.cluster import run_tasks

    packed = rules.pack()
    tasks = []
    for ref in raw_objects(raw):
        source, day = paths.parse_source_day(ref.partition)
        task = BronzeTask(settings.s3, claim.run, source, day, ref, packed)
        tasks.append((f"bronze-{source}-{day}-{claim.run.run_id}-{claim.attempt}", (task,)))
    seen = Counter[str]()

    def on_result(pair: BronzeObjects) -> None:
        seen.update(done=1, rows=pair.bronze.rows, size=pair.bronze.size)
        tell(seen["done"], len(tasks), seen["rows"], seen["size"])

    return run_tasks(client, write_object, tasks, on_result)


def _counts(written: Sequence[BronzeObjects]) -> Counter[str]:
    counts: Counter[str] = Counter(lines=0, bronze=0)
    for pair in written:
        counts.update(pair.bronze.counts)
    return counts


def _check_equation(raw: Manifest, counts: Counter[str]) -> None:
    lines = sum(ref.rows for ref in raw_objects(raw))
    quarantined = sum(quarantined_counts(counts).values())
    if not lines == counts["lines"] == counts["bronze"] + quarantined:
        raise WorkFailed(
            f"raw has {lines} lines, {counts['lines']} were read, {counts['bronze']} are in bronze"
            f" and {quarantined} quarantined: nothing is committed"
        )


def _check_limit(counts: Counter[str], limit_pct: float) -> None:
    reasons = {
        code: count for code, count in quarantined_counts(counts).items() if code not in HARMLESS
    }
    rejected = sum(reasons.values())
    if rejected * 100 > limit_pct * counts["lines"]:
        worst = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:3]
        named = ", ".join(f"{code} {count}" for code, count in worst)
        raise QuarantineLimit(
            f"QUARANTINE_LIMIT: {rejected} of {counts['lines']} lines"
            f" ({100 * rejected / counts['lines']:.2f} %) cannot enter bronze, the limit is"
            f" {limit_pct:g} %: {named}; nothing is committed"
        )


def quarantined_counts(counts: Counter[str]) -> dict[str, int]:
    """The quarantined lines by reason code."""
    prefix = "quarantined:"
    return {key.removeprefix(prefix): n for key, n in counts.items() if key.startswith(prefix)}
