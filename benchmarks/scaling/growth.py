"""How cost grows with the number of events, and what a larger lake would need on paper."""

import math
from collections.abc import Sequence
from typing import Final

from benchmarks.scaling.records import Record

COUNTRY_RATE: Final = 42_000
TEN_YEARS_DAYS: Final = 3_652
LAYERS: Final = ("raw", "bronze", "enrichment", "silver", "gold")
# Below it what is left without start-up is mostly noise.
LEAST_TO_START_UP: Final = 1.5
NET: Final = "_net_of_start_up"


def exponent(events: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of log cost over log events, by least squares: 1 is linear."""
    xs, ys = [math.log(n) for n in events], [math.log(cost) for cost in costs]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x_mean) ** 2 for x in xs)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread


def exponents(records: Sequence[Record], start_up: Record | None) -> dict[str, float]:
    """The exponent of the CPU-seconds of sizes at one rate: of totals, and net of start-up.

    There is no net one where the smallest size costs little more than start-up.
    """
    events = [record.events for record in records]
    totals = [record.cpu_seconds for record in records]
    found = {"": exponent(events, totals)}
    if start_up is not None and min(totals) >= LEAST_TO_START_UP * start_up.cpu_seconds:
        found[NET] = exponent(events, [total - start_up.cpu_seconds for total in totals])
    return found


def projection(record: Record, start_up: Record | None, slope: float | None) -> list[str]:
    """What a country for ten years would need, in proportion to what one size needed.

    Args:
        record: The size that was measured, the larger the better.
        start_up: What a run costs almost without events; taken off before.
        slope: The exponent of CPU-seconds net of start-up, if it was fitted.
    """
    events = record.events / (record.days * record.rate) * COUNTRY_RATE * TEN_YEARS_DAYS
    times = events / record.events
    database, hours = record.postgres_bytes, record.cpu_seconds / 3600
    if start_up is not None:
        database -= start_up.postgres_bytes
        hours -= start_up.cpu_seconds / 3600
    sizes = [(layer, record.bytes[layer]) for layer in LAYERS if layer in record.bytes]
    lines = [
        f"PROJECTION, not measured: {record.size} in proportion to its events, for"
        f" {COUNTRY_RATE:,} cases per day in {TEN_YEARS_DAYS:,} days as one run",
        f"  {'events':<11} {events / 1e6:9,.0f} million",
        *(f"  {name:<11} {size * times / 1e9:9,.0f} GB" for name, size in sizes),
        f"  {'PostgreSQL':<11} {database * times / 1e9:9,.0f} GB",
        f"  {'CPU':<11} {hours * times:9,.0f} hours",
    ]
    if slope is not None:
        grown = hours * times**slope
        lines.append(f"  {'CPU':<11} {grown:9,.0f} hours, at the fitted exponent of {slope:.2f}")
    return lines
