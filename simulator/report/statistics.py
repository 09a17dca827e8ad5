"""The few test statistics that the report needs, without a statistics library."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ROUNDS = 2_000
_SMALL = 1e-14
_TINY = 1e-300
# Below this the Kolmogorov series no longer converges, and the probability is 1.
_KOLMOGOROV_LEAST = 0.2


def chi_square(observed: npt.ArrayLike, shares: npt.ArrayLike) -> tuple[float, int, float]:
    """Pearson's test of counts against shares.

    Returns:
        Statistic, degrees of freedom, probability of a statistic at least as large.
    """
    counts, expected = np.asarray(observed, float), np.asarray(shares, float)
    possible = expected > 0
    if counts[~possible].any():
        return math.inf, int(possible.sum()) - 1, 0.0
    expected = expected[possible] / expected.sum() * counts.sum()
    statistic = float(((counts[possible] - expected) ** 2 / expected).sum())
    freedom = int(possible.sum()) - 1
    return statistic, freedom, chi_square_tail(statistic, freedom)


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Probability that chi-square with so many degrees of freedom exceeds the statistic."""
    if statistic <= 0:
        return 1.0
    half, x = freedom / 2, statistic / 2
    scale = math.exp(half * math.log(x) - x - math.lgamma(half))
    if x < half + 1:
        term = total = 1 / half
        for n in range(1, _ROUNDS):
            term *= x / (half + n)
            total += term
            if term < total * _SMALL:
                break
        return max(0.0, 1 - total * scale)
    # Lentz's continued fraction of the upper incomplete gamma function.
    b = x + 1 - half
    c, d = 1 / _TINY, 1 / b
    fraction = d
    for n in range(1, _ROUNDS):
        a = -n * (n - half)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        fraction *= d * c
        if abs(d * c - 1) < _SMALL:
            break
    return min(1.0, scale * fraction)


def kolmogorov_smirnov(values: Sequence[float]) -> tuple[float, float]:
    """Test that values are uniform on 0..1.

    Returns:
        The largest distance between the distributions, and the probability of a larger one.
    """
    ordered = np.sort(np.asarray(values, float))
    number = len(ordered)
    if number == 0:
        return 0.0, 1.0
    above = (np.arange(1, number + 1) / number - ordered).max()
    below = (ordered - np.arange(number) / number).max()
    distance = float(max(above, below))
    root = math.sqrt(number)
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < _KOLMOGOROV_LEAST:
        return distance, 1.0
    series = sum((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return distance, min(1.0, max(0.0, 2 * series))
