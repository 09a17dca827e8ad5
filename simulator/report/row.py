"""A line of the report, and when its evidence counts as agreement."""

from dataclasses import dataclass

# With some fifteen tests a world and five worlds, one true deviation of this size is expected in
# a hundred reports.
LEAST_PROBABILITY = 1e-4
WEEK = 7


@dataclass(frozen=True)
class Row:
    """One line of the report.

    Attributes:
        name: What is compared.
        target: What the configuration asks for.
        measured: What the raw events hold.
        evidence: The test statistic, or why there is none.
        is_met: Whether they agree.
    """

    name: str
    target: str
    measured: str
    evidence: str
    is_met: bool
