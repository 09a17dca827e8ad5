"""How cost grows with the number of events, and what a larger lake would need on paper."""

import math
from collections.abc import Sequence
from typing import Final

from benchmarks.scaling.records import Record

COUNTRY_RATE: Final = 42_000
TEN_YEARS_DAYS: Final = 3_652


def exponent(events: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of log cost over log events, by least squares: 1 is linear."""
    xs, ys = [math.log(n) for n in events], [math.log(cost) for cost in costs]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread


def exponents(records: Sequence[Record], start_up: float | None) -> dict[str, float]:
    """The exponent of the CPU-seconds of sizes at one rate: of totals, and net of start-up."""
    events = [record.events for record in records]
    totals = [record.cpu_seconds for record in records]
    found = {"": exponent(events, totals)}
    if start_up is not None and start_up < min(totals):
        found["_net_of_start_up"] = exponent(events, [total - start_up for total in totals])
    return found


def projection(record: Record, slope: float | None) -> list[str]:
    """What a country for ten years would need, in proportion to what one size needed.

    Args:
        record: The size that was measured, the larger the better.
        slope: The exponent of CPU-seconds, if it was fitted.
    """
    events = record.events / (record.days * record.rate) * COUNTRY_RATE * TEN_YEARS_DAYS
    times = events / record.events
    lines = [
        f"PROJECTION, not measured: {record.size} in proportion to its events, for"
        f" {COUNTRY_RATE:,} cases per day in {TEN_YEARS_DAYS:,} days as one run",
        f"  events       {events / 1e9:10.2f} thousand million",
        *(
            f"  {layer:<12} {size * times / 1e9:10.0f} GB"
            for layer, size in sorted(record.bytes.items())
        ),
        f"  {'PostgreSQL':<12} {record.postgres_bytes * times / 1e9:10.0f} GB",
        f"  {'CPU':<12} {record.cpu_seconds * times / 3600:10.0f} hours",
    ]
    if slope is not None:
        hours = record.cpu_seconds * times**slope / 3600
        lines.append(f"  {'CPU':<12} {hours:10.0f} hours, at the fitted exponent of {slope:.3f}")
    return lines
