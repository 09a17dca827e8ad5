"""A block of days of a whole country is simulated within the memory of a worker."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.scaling.sizes import FIRST_DAY, Size, options
from orchestration.cluster import WORKER_CONFIG

COUNTRY = Size(days=90, rate=42_000)
# A worker has 2 GiB and is restarted at 95 % of them: this leaves room for what else it holds.
MOST_MB = 1_700
_SIMULATED = """
import resource, sys
from datetime import date
from pathlib import Path
from simulator.config import load_config
from simulator.world import simulate
first, last = (date.fromisoformat(text) for text in sys.argv[2:])
config = load_config(Path(sys.argv[1]), end=last)
print(sum(raw.tickets for raw in simulate(config, first, last)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000)
"""


@pytest.mark.slow
def test_a_block_of_a_country_fits_a_worker(tmp_path: Path) -> None:
    config = options(COUNTRY, tmp_path)[-1]
    # As late as that, cases of sixty days before live on.
    first, last = (FIRST_DAY + timedelta(days=number) for number in (60, 77))
    allocation = {
        name.rpartition(".")[2]: str(value)
        for name, value in WORKER_CONFIG.items()
        if name.startswith("distributed.nanny.pre-spawn-environ.")
    }
    done = subprocess.run(
        [sys.executable, "-c", _SIMULATED, config, str(first), str(last)],
        env={**os.environ, **allocation},
        capture_output=True,
        text=True,
        check=True,
    )
    tickets, megabytes = map(int, done.stdout.split())
    assert tickets > 500_000
    assert megabytes < MOST_MB
