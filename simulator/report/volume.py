"""The report's rows on arrivals: how many tickets a day, how they spread, and on which weekdays."""

import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from simulator import arrivals
from simulator.config import SimulationConfig
from simulator.report.measures import Measures
from simulator.report.row import LEAST_PROBABILITY, WEEK, Row
from simulator.report.statistics import Floats, chi_square_tail, kolmogorov_smirnov


def volume_rows(config: SimulationConfig, measures: Measures) -> Iterator[Row]:
    """Compare the tickets a day with the arrivals of the configuration."""
    rule = config.world.arrivals
    spikes = {d: s for d in measures.by_day if (s := arrivals.spike_of(rule, d)) is not None}
    ordinary = sorted(set(measures.by_day) - set(spikes))
    found = np.array([measures.by_day[d] for d in ordinary], float)
    means = np.array([arrivals.expected(rule, config.start, d) for d in ordinary])
    variances = means + means**2 / rule.dispersion
    z = (found.sum() - means.sum()) / math.sqrt(variances.sum())
    yield Row(
        "tickets a day, spikes apart",
        f"{means.mean():,.0f}",
        f"{found.mean():,.1f}",
        f"z = {z:+.2f}",
        chi_square_tail(z * z, 1) >= LEAST_PROBABILITY,
    )
    every = list(measures.by_day.values())
    yield Row(
        "tickets a day, spikes included",
        "none: the mean and the spikes",
        f"{sum(every) / len(every):,.1f} ({min(every):,} to {max(every):,})",
        "",
        True,
    )
    yield _distribution(found, means, rule.dispersion)
    yield _weekdays(ordinary, found, means, variances)
    if spikes:
        seen = [measures.by_day[d] for d in spikes]
        first = next(iter(spikes.values()))
        yield Row(
            "tickets a day in spikes",
            f"{first.least:,} to {first.most:,}",
            f"{min(seen):,} to {max(seen):,} on {len(seen)} days",
            "",
            all(s.least <= measures.by_day[d] <= s.most for d, s in spikes.items()),
        )


def _distribution(found: Floats, means: Floats, dispersion: int) -> Row:
    """Ordinary days' counts, each as a probability of its own distribution, must be uniform."""
    uniform = [
        arrivals.cumulative(mean, dispersion, int(count))
        for count, mean in zip(found.tolist(), means.tolist(), strict=True)
    ]
    distance, chance = kolmogorov_smirnov(uniform)
    return Row(
        "daily counts, negative binomial",
        f"r = {dispersion}",
        f"{len(found)} days",
        f"KS D = {distance:.3f}, p = {chance:.3f}",
        chance >= LEAST_PROBABILITY,
    )


def _weekdays(days: list[date], found: Floats, means: Floats, variances: Floats) -> Row:
    weekday = np.array([d.weekday() for d in days])
    statistic, shown = 0.0, []
    for number in range(WEEK):
        here = weekday == number
        if not here.any():
            continue
        gap = found[here].sum() - means[here].sum()
        statistic += gap**2 / variances[here].sum()
        shown.append(f"{found[here].mean() / found.mean():.2f}")
    chance = chi_square_tail(statistic, WEEK)
    return Row(
        "weekday profile, Monday first",
        "1.32 to 0.30, as configured",
        " ".join(shown),
        f"chi2({WEEK}) = {statistic:.1f}, p = {chance:.3f}",
        chance >= LEAST_PROBABILITY,
    )
