"""Calidad y corridas: checks of the live run, runs, layers, quarantine, lineage."""

from collections import defaultdict
from typing import LiteralString

from orchestration.dashboard.reading import Rows

LAYERS = ("raw", "bronze", "enrichment", "silver", "gold", "serving")
RESULTS = ("PASS", "WARN", "FAIL", "ERROR", "SKIPPED")

_CHECKS = """
select layer, result, count(*) as checks_count
from meta.current_checks
join meta.live_publication using (run_id)
where is_of_current_build
group by 1, 2
order by 1, 2
"""
_NOT_PASSED = """
select
    layer, dataset, check_name, tool, severity, result, value::float8 as value,
    threshold::float8 as threshold, checked_at
from meta.current_checks
join meta.live_publication using (run_id)
where is_of_current_build and result not in ('PASS', 'SKIPPED')
order by severity, layer, dataset, check_name
"""
_RUNS = """
select
    run_id::text as run_id, status, date_min, date_max, attempt, started_at,
    duration_seconds::float8 / 60 as duration_minutes, bronze_rows, is_live,
    left(git_sha, 10) as git_sha
from meta.runs
order by run_seq desc
limit 50
"""
_LAYERS = """
select
    -- serving has its rows in PostgreSQL and no objects.
    layer, rows, nullif(bytes, 0) / 1e6 as megabytes, nullif(objects_count, 0) as objects_count,
    seconds::float8 as seconds, committed_at
from meta.layer_runs
join meta.live_publication using (run_id)
order by array_position(
    array['raw', 'bronze', 'enrichment', 'silver', 'gold', 'serving'], layer
)
"""
_QUARANTINE = """
select
    run_id::text as run_id, date_min, date_max, reason, lines_count
from meta.quarantine_reasons
join meta.runs using (run_id)
where world_id = (select world_id from meta.live_publication)
order by lines_count desc, reason
limit 200
"""
_LINEAGE = """
select distinct
    layer, dataset, input_layer, input_dataset, left(input_sha256, 12) as input_hash,
    left(input_run_id::text, 8) as input_run
from meta.lineage
where run_id = (select run_id from meta.live_publication) and dataset is not null
order by 1, 2, 3, 4
"""
QUERIES: dict[str, LiteralString] = {
    "checks": _CHECKS,
    "not_passed": _NOT_PASSED,
    "runs": _RUNS,
    "layers": _LAYERS,
    "quarantine": _QUARANTINE,
    "lineage": _LINEAGE,
}


def by_layer(checks: Rows) -> Rows:
    """One row per layer: how many checks ended in which result."""
    layers: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(RESULTS, 0))
    for row in checks:
        layers[row["layer"]][row["result"]] += row["checks_count"]
    order = {name: number for number, name in enumerate(LAYERS)}
    names = sorted(layers, key=lambda name: (order.get(name, len(order)), name))
    return [{"layer": name, **layers[name]} for name in names]


def upwards(lineage: Rows, layer: str, dataset: str) -> Rows:
    """The edges from a dataset up to raw and seeds, each once, nearest first."""
    edges: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in lineage:
        edges[row["layer"], row["dataset"]].append(row)
    found: Rows = []
    waiting, seen = [(layer, dataset)], {(layer, dataset)}
    while waiting:
        here = waiting.pop(0)
        for row in edges.get(here, []):
            found.append(row)
            source = (row["input_layer"], row["input_dataset"])
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return found
