"""The report's rows: a target of the configuration, what was measured, and how well they agree."""

import math
from collections.abc import Iterator

from simulator.config import SimulationConfig
from simulator.config.model import CHANNELS, PRIORITIES, TYPES
from simulator.report.measures import Measures
from simulator.report.row import LEAST_PROBABILITY, WEEK, Row
from simulator.report.statistics import chi_square, chi_square_tail
from simulator.report.volume import volume_rows
from simulator.seeds import municipalities

LEAST_CASES = 500
BREACH_MARGIN = 0.005
_SETTLED = 1.15
_SUNDAY = 6


def rows(config: SimulationConfig, measures: Measures) -> Iterator[Row]:
    """Compare a world with its configuration."""
    yield from volume_rows(config, measures)
    yield from _shares(config, measures)
    yield _hours(config, measures)
    yield from _breach(config, measures)
    case = config.world
    yield _rate("cases put on hold", measures.held, measures.managed, case.hold.share)
    yield _rate("closed cases reopened", measures.reopened, measures.closed, case.reopen.share)
    yield from _backlog(config, measures)
    for rule, broken in sorted(measures.violations.items()):
        yield Row(rule, "0", f"{broken:,}", "counted", broken == 0)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _shares(config: SimulationConfig, measures: Measures) -> Iterator[Row]:
    case = config.world.case
    people: dict[str, int] = {}
    for place in municipalities():
        code = place.geo_id[:2]
        people[code] = people.get(code, 0) + place.population
    targets = {
        "channel": dict(zip(CHANNELS, case.channel, strict=True)),
        "pqrs_type": dict(zip(TYPES, case.pqrs_type, strict=True)),
        "priority": dict(zip(PRIORITIES, case.priority, strict=True)),
        "department": {code: n / sum(people.values()) for code, n in people.items()},
    }
    for column, shares in targets.items():
        found = measures.counts[column]
        statistic, freedom, chance = chi_square(
            [found.get(value, 0) for value in shares], list(shares.values())
        )
        total = sum(found.values())
        largest = sorted(shares, key=lambda value: -shares[value])[:5]
        yield Row(
            f"shares by {column}",
            " ".join(f"{value} {100 * shares[value]:.1f}" for value in largest),
            " ".join(f"{100 * found.get(value, 0) / total:.2f}" for value in largest),
            f"chi2({freedom}) = {statistic:.1f}, p = {chance:.3f}",
            chance >= LEAST_PROBABILITY,
        )


def _hours(config: SimulationConfig, measures: Measures) -> Row:
    statistic, freedom = 0.0, 0
    for channel, weights in zip(CHANNELS, config.world.hours, strict=True):
        found = [measures.hours.get((channel, hour), 0) for hour in range(24)]
        one, more, _ = chi_square(found, weights)
        statistic, freedom = statistic + one, freedom + more
    chance = chi_square_tail(statistic, freedom)
    return Row(
        "hour of day by channel",
        "as configured",
        f"{sum(measures.hours.values()):,} tickets",
        f"chi2({freedom}) = {statistic:.1f}, p = {chance:.3f}",
        chance >= LEAST_PROBABILITY,
    )


def _breach(config: SimulationConfig, measures: Measures) -> Iterator[Row]:
    sla = config.world.sla
    due = sum(ended for ended, _ in measures.due.values())
    late = sum(found for _, found in measures.due.values())
    yield _breach_row(
        "late, all types",
        late,
        due,
        sla.breach_target - BREACH_MARGIN,
        sla.breach_target + BREACH_MARGIN,
    )
    for name in TYPES:
        ended, found = measures.due.get(name, (0, 0))
        yield _breach_row(f"late, type {name}", found, ended, sla.breach_least, sla.breach_most)


def _breach_row(name: str, late: int, due: int, least: float, most: float) -> Row:
    target = f"{_percent(least)} to {_percent(most)}"
    if due < LEAST_CASES:
        return Row(name, target, f"{late:,} of {due:,}", f"skipped: under {LEAST_CASES}", True)
    share = late / due
    error = math.sqrt(share * (1 - share) / due)
    return Row(
        name,
        target,
        f"{_percent(share)} of {due:,}",
        f"standard error {_percent(error)}",
        least <= share <= most,
    )


def _rate(name: str, found: int, base: int, share: float) -> Row:
    """A rate that the end of the range cuts short: cases still under way have not had their turn.

    So the measured share may stay below its target by what is censored, never above by chance.
    """
    measured = found / max(base, 1)
    error = math.sqrt(share * (1 - share) / max(base, 1))
    statistic = (measured - share) / error if error else 0.0
    shortfall = 0.1 * share
    return Row(
        name,
        f"{_percent(share)}, less what the end cuts off",
        f"{_percent(measured)} of {base:,}",
        f"z = {statistic:+.2f}",
        -shortfall - 4 * error <= measured - share <= 4 * error,
    )


def _backlog(config: SimulationConfig, measures: Measures) -> Iterator[Row]:
    days = sorted(measures.backlog)
    sundays = [d for d in days if d.weekday() == _SUNDAY]
    curve = " ".join(f"{measures.backlog[d]:,}" for d in sundays[:: max(1, len(sundays) // 8)])
    last = days[-1]
    yield Row("open cases, on some Sundays", "no target", curve, "", True)
    yield Row(
        "open cases on the last day", "more than 0", f"{measures.backlog[last]:,}", "",
        measures.backlog[last] > 0,
    )  # fmt: skip
    for spike in config.world.arrivals.spikes:
        if not days[WEEK] < spike.start < last:
            continue
        before = max(measures.backlog[d] for d in days if 0 < (spike.start - d).days <= WEEK)
        after = [d for d in days if d >= spike.start]
        peak = max(after[: 4 * WEEK], key=lambda d: measures.backlog[d])
        settled = [d for d in after if d > peak and measures.backlog[d] <= _SETTLED * before]
        took = f"{(settled[0] - peak).days} days" if settled else "beyond the end"
        yield Row(
            f"backlog around the spike of {spike.start}",
            "grows, then takes days",
            f"{before:,} to {measures.backlog[peak]:,}, worked off in {took}",
            "",
            measures.backlog[peak] > 1.5 * before,
        )
