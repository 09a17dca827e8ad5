"""The rules of the seeds, and an object judged in a temporary folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow.parquet as pq
import pytest
from events import DAY, RUN_ID, SOURCE

from orchestration.bronze.object import Judged, RawObject, judge_object
from orchestration.bronze.rules import Rules, load_rules

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Outcome:
    """What became of an object, with the rows of its files."""

    judged: Judged
    bronze: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(ROOT)


@pytest.fixture
def judge(rules: Rules, tmp_path: Path) -> Callable[[bytes], Outcome]:
    def judged(body: bytes) -> Outcome:
        raw = RawObject("raw/some/events.jsonl", RUN_ID, SOURCE, DAY)
        # A folder of its own, as each object of the job has.
        result = judge_object(body, raw, rules, Path(mkdtemp(dir=tmp_path)))
        return Outcome(
            result,
            pq.read_table(result.bronze_file).to_pylist(),
            pq.read_table(result.quarantine_file).to_pylist(),
        )

    return judged
