"""How good probabilities of a late end are: ranking, distance from the truth, calibration."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

# Score, cases, of these late.
Scored = tuple[float, int, int]
_BINS: Final = 10
TABLE_HEAD: Final = (
    "| split | model | cases and days | base rate | AUC | Brier score | calibration error |\n"
    "|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Figures:
    """Of one model on one split; rounded to 4 decimals.

    Attributes:
        sample_count: Open cases at the ends of days.
        base_rate: Share of them that ended late.
        auc: Share of the pairs of a late and a punctual one whose late one has the higher score;
            half a pair where both are equal.
        brier: Mean squared distance between score and truth; smaller is better.
        calibration_error: Mean distance between score and share of late ones over ten bins of
            the score, weighted by the cases in each.
    """

    model_type: str
    model_version: str
    split: str
    sample_count: int
    base_rate: float
    auc: float | None
    brier: float
    calibration_error: float

    def row(self) -> dict[str, Any]:
        """Return the figures as a flat mapping of JSON values."""
        return asdict(self)


def figures(model_type: str, version: str, split: str, scored: Iterable[Scored]) -> Figures:
    """Judge scores against what happened; the order of `scored` does not matter."""
    by_score: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for score, cases, late in scored:
        by_score[score][0] += cases
        by_score[score][1] += late
    ranked = [(score, cases, late) for score, (cases, late) in sorted(by_score.items())]
    cases_count = sum(cases for _, cases, _ in ranked)
    late_count = sum(late for _, _, late in ranked)
    return Figures(
        model_type=model_type,
        model_version=version,
        split=split,
        sample_count=cases_count,
        base_rate=round(late_count / cases_count, 4),
        auc=_auc(ranked, late_count, cases_count - late_count),
        brier=round(_squares(ranked) / cases_count, 4),
        calibration_error=round(_distance(ranked) / cases_count, 4),
    )


def table_row(one: Figures) -> str:
    """Return a row of a Markdown table with the head `TABLE_HEAD`."""
    auc = "" if one.auc is None else f"{one.auc:.4f}"
    cells = [one.split, one.model_type, str(one.sample_count), f"{one.base_rate:.4f}", auc]
    return f"| {' | '.join([*cells, f'{one.brier:.4f}', f'{one.calibration_error:.4f}'])} |"


def _auc(ranked: list[Scored], late_count: int, punctual_count: int) -> float | None:
    if not late_count or not punctual_count:
        return None
    halves, below = 0, 0
    for _, cases, late in ranked:
        punctual = cases - late
        halves += late * (2 * below + punctual)
        below += punctual
    return round(halves / (2 * late_count * punctual_count), 4)


def _squares(ranked: list[Scored]) -> float:
    return sum(late * (1 - score) ** 2 + (cases - late) * score**2 for score, cases, late in ranked)


def _distance(ranked: list[Scored]) -> float:
    bins = [[0.0, 0] for _ in range(_BINS)]
    for score, cases, late in ranked:
        one = bins[min(int(score * _BINS), _BINS - 1)]
        one[0] += score * cases
        one[1] += late
    return sum(abs(expected - late) for expected, late in bins)
