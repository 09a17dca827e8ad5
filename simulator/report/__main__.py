"""Print the report of a world for several seeds: `python -m simulator.report`."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simulator.config import load_config
from simulator.errors import SimulationError
from simulator.report.measures import Measures, measure
from simulator.report.row import Row
from simulator.report.rows import rows

_SEEDS = (42, 7, 1_755, 2_025, 20_260)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table a seed and RESULT lines; 0 when every target is met, 1 when not."""
    options = _parser().parse_args(arguments)
    try:
        config = load_config(
            options.config, scenario=options.scenario, start=options.start, end=options.end
        )
    except SimulationError as error:
        print(error, file=sys.stderr)
        return 2
    results, missed = [], 0
    for seed in options.seeds:
        began = time.monotonic()
        measures = measure(config.with_seed(seed))
        found = list(rows(config, measures))
        seconds = time.monotonic() - began
        print(f"\nseed {seed}: {config.start} to {config.end}, measured in {seconds:.0f} s")
        print(f"{measures.events:,} events, {sum(measures.by_day.values()):,} tickets")
        print(table(found))
        missed += sum(not row.is_met for row in found)
        results.append(_result(seed, measures, found))
    print()
    print("\n".join(results))
    verdict = "missed" if missed else "met"
    print(
        f"RESULT world_targets_missed {missed} rows_of_{len(options.seeds)}_seeds"
        f" target <=0 {verdict}"
    )
    return 1 if missed else 0


def table(found: Sequence[Row]) -> str:
    """Lay rows out in columns of text."""
    cells = [("", "what", "target", "measured", "evidence")]
    cells += [
        ("ok" if row.is_met else "NO", row.name, row.target, row.measured, row.evidence)
        for row in found
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _result(seed: int, measures: Measures, found: Sequence[Row]) -> str:
    due = sum(ended for ended, _ in measures.due.values())
    late = sum(number for _, number in measures.due.values())
    by_type = " ".join(
        f"late_{name}={100 * number / max(ended, 1):.2f}%"
        for name, (ended, number) in sorted(measures.due.items())
    )
    days = len(measures.by_day)
    return (
        f"RESULT world seed={seed} events={measures.events}"
        f" tickets_a_day={sum(measures.by_day.values()) / days:.1f}"
        f" late={100 * late / max(due, 1):.2f}% {by_type}"
        f" hold={100 * measures.held / measures.managed:.2f}%"
        f" reopen={100 * measures.reopened / measures.closed:.2f}%"
        f" violations={sum(measures.violations.values())}"
        f" targets_missed={sum(not row.is_met for row in found)}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator.report", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(_SEEDS))
    parser.add_argument("--config", type=Path)
    parser.add_argument("--scenario")
    parser.add_argument("--start", type=date.fromisoformat)
    parser.add_argument("--end", type=date.fromisoformat)
    return parser


if __name__ == "__main__":
    sys.exit(main())
