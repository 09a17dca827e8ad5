"""Ours: the dbt models that the five KPIs need, with the files that they export."""

import os
from collections.abc import Sequence

from benchmarks.lake import by_dbt, world_facts
from benchmarks.peers_work import DATASETS, Job, Started
from orchestration.settings import load_settings

# The export asks the last two which partitions to write.
NEEDED = (
    *("--select", *(f"+gold_{name}" for name in DATASETS)),
    *("silver_touched", "gold_touched"),
)


def build(job: Job, started: Started, chosen: Sequence[str] = NEEDED) -> None:
    # As a run builds it: only a sandbox lands its tables in PostgreSQL as well.
    os.environ["PQR_LAYER"] = "silver"
    settings = load_settings()
    by_dbt(settings, job.root, world_facts(settings), chosen, started)
