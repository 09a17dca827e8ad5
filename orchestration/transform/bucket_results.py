"""What buckets of silver have written and reported, put together."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import duckdb

from orchestration.lake.duckdb import quoted
from orchestration.transform.dbt import DbtResult, NodeResult

# What buckets wrote, by dataset and partition.
Files = dict[tuple[str, str], list[Path]]
# From the mildest status of a node to the one that counts when buckets differ.
_STATUSES = (
    "success",
    "pass",
    "skipped",
    "warn",
    "partial success",
    "fail",
    "runtime error",
    "error",
)


def merge(files: Files, staging: Path, orders: Mapping[str, str]) -> None:
    """Write one Parquet file per dataset and partition, in the order of its key.

    Args:
        files: What the buckets wrote, by dataset and partition.
        staging: The folder to write to.
        orders: Columns of a unique key, by dataset.
    """
    limits: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2,
        # The process of the run holds dbt and more beside it, and stays below 2 GB.
        "memory_limit": "700MB",
        "temp_directory": str(staging.parent / "merging"),
    }
    with duckdb.connect(config=limits) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set TimeZone = 'UTC'")

        def write(place: tuple[str, str]) -> None:
            target = staging / place[0] / place[1] / "part0.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            parts = files[place]
            if len(parts) == 1:
                parts[0].replace(target)
                return
            with connection.cursor() as cursor:
                cursor.execute(
                    f"copy (select * from read_parquet(?, hive_partitioning = false)"
                    f" order by {orders[place[0]]}) to {quoted(str(target))}"
                    " (format parquet, compression zstd)",
                    [[str(path) for path in parts]],
                )
            for path in parts:
                path.unlink()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(write, sorted(files)))


def leads_of(groups: Iterable[tuple[UUID, ...]]) -> dict[UUID, UUID]:
    """The first case of all that are linked, for each of them: groups that share a case are one."""
    leads: dict[UUID, UUID] = {}

    def lead(case: UUID) -> UUID:
        while leads.setdefault(case, case) != case:
            leads[case] = leads[leads[case]]
            case = leads[case]
        return case

    for group in groups:
        found = sorted(lead(case) for case in group)
        for case in found[1:]:
            leads[case] = found[0]
    return {case: lead(case) for case in leads}


def in_all_buckets(results: Sequence[DbtResult]) -> DbtResult:
    """One report of all buckets: a node has the worst of its statuses, and all its failures."""
    nodes: dict[str, NodeResult] = {}
    for result in results:
        for node in result.nodes:
            known = nodes.setdefault(node.unique_id, node)
            if known is node:
                continue
            worst = max(known, node, key=lambda item: _STATUSES.index(item.status))
            counted = [item.failures for item in (known, node) if item.failures is not None]
            nodes[node.unique_id] = replace(
                worst,
                seconds=known.seconds + node.seconds,
                failures=sum(counted) if counted else None,
                started_at=known.started_at,
            )
    return DbtResult(all(result.succeeded for result in results), tuple(nodes.values()))
