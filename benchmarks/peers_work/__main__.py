"""One engine in a process of its own: `python -m benchmarks.peers_work ENGINE JOB.json`.

The last line that it prints says what it had cost when it could begin to work.
"""

import importlib
import json
import sys
import time
from pathlib import Path

from benchmarks.peers_work import Job


def main(engine: str, file: str) -> None:
    facts = json.loads(Path(file).read_text(encoding="utf-8"))
    job = Job(
        bronze=tuple(facts["bronze"]),
        seeds=Path(facts["seeds"]),
        root=Path(facts["root"]),
        first=facts["first"],
        last=facts["last"],
    )
    marks: list[tuple[float, float]] = []

    def started() -> None:
        marks.append((time.time(), cpu_seconds()))

    importlib.import_module(f"benchmarks.peers_work.by_{engine}").build(job, started)
    (at, cpu), *_ = marks
    print(json.dumps({"started_at": at, "start_cpu": cpu}))


def cpu_seconds() -> float:
    """CPU time so far of this process and of those below it: Spark works in one of these."""
    import psutil

    own = psutil.Process()
    spent = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return sum(times.user + times.system for times in spent)


if __name__ == "__main__":
    main(*sys.argv[1:])
