"""A metric from its samples, by Prometheus' conventions.

Durations are seconds, shares are ratios from 0 to 1, instants are Unix time, so that ages are
`time() - x` and stay right between two scrapes. Labels come from closed lists; what is unbounded
(run ids) is a label of info metrics only. Known values without rows are 0, not absent.
"""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily, Metric

Labels = tuple[str, ...]
Samples = Iterable[tuple[Labels, float | None]]


def gauge(name: str, documentation: str, labels: Labels, samples: Samples) -> Metric:
    """A metric with a sample for each pair of label values and value; None has no sample."""
    family = GaugeMetricFamily(name, documentation, labels=labels)
    for values, value in samples:
        if value is not None:
            family.add_metric(values, float(value))
    return family


def single(name: str, documentation: str, value: float | None) -> Metric:
    """A metric without labels; without a sample when `value` is None."""
    return gauge(name, documentation, (), (((), value),))
