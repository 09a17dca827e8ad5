"""Training: logistic regression on what became of the open cases of earlier days."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from orchestration.errors import UsageError, installing
from orchestration.risk.figures import Figures, figures
from orchestration.risk.outcomes import Group, Period
from orchestration.risk.weights import Weights

VERSION: Final = "1.0.0"
_SEED: Final = 0
_THOUSAND: Final = 1000
# A level of fewer cases and days says little: it counts as the average.
_LEAST_CASES: Final = 200


def train(terms: Sequence[str], groups: Sequence[Group], period: Period) -> Weights:
    """Fit the weights on one thread; the same groups give the same weights.

    Args:
        terms: Names of the levels in the groups' keys.
        groups: Cases of the training period.
        period: Written into the card.

    Raises:
        UsageError: scikit-learn is not installed, or all cases ended alike.
    """
    try:
        # scikit-learn and threadpoolctl carry no annotations.
        import sklearn  # type: ignore[import-untyped]
        from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(f"training needs scikit-learn: {installing('models')}") from error
    cases = sum(group.cases_count for group in groups)
    late = sum(group.late_count for group in groups)
    if late in (0, cases):
        raise UsageError(
            f"of the {cases} cases and days up to {period.last} {late} ended late: training needs"
            " both ends, take more days"
        )
    counts = _counts(terms, groups)
    kept = [
        {
            term: level
            for term, level in zip(terms, group.key, strict=True)
            if counts[term, level] >= _LEAST_CASES
        }
        for group in groups
    ]
    vectorizer = DictVectorizer()
    weights = [group.late_count for group in groups]
    weights += [group.cases_count - group.late_count for group in groups]
    with threadpool_limits(1):  # another number of threads changes the last digits
        matrix = vectorizer.fit_transform([*kept, *kept])
        truths = [1] * len(groups) + [0] * len(groups)
        fit = LogisticRegression(max_iter=1000, random_state=_SEED).fit(
            matrix, truths, sample_weight=weights
        )
    found = dict(zip(vectorizer.feature_names_, fit.coef_[0].tolist(), strict=True))
    card = {
        "model_type": "late_risk",
        "version": VERSION,
        "training": {
            **{name: str(value) for name, value in vars(period).items()},
            "cases_and_days": cases,
            "late": late,
            "seed": _SEED,
            "threads": 1,
            "scikit-learn": sklearn.__version__,
        },
    }
    return _centred(terms, counts, found, float(fit.intercept_[0]), cases, card)


def judged(
    terms: Sequence[str], groups: Sequence[Group], weights: Weights, base_rate: float
) -> list[Figures]:
    """Judge a model beside the rule "share of the term used" and the training's base rate."""
    scored = [(weights.score(terms, group.key), group) for group in groups]
    return beside_rules(scored, weights.version, base_rate)


def beside_rules(
    scored: Sequence[tuple[float, Group]], version: str, base_rate: float, split: str = "later_days"
) -> list[Figures]:
    """The figures of scores and of the two simplest ways to do without a model."""
    candidates = {
        "late_risk": [(score, group.cases_count, group.late_count) for score, group in scored],
        "used_term": [(one.used_pct / 100, one.cases_count, one.late_count) for _, one in scored],
        "base_rate": [(base_rate, one.cases_count, one.late_count) for _, one in scored],
    }
    return [figures(name, version, split, rows) for name, rows in candidates.items()]


def _counts(terms: Sequence[str], groups: Sequence[Group]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for group in groups:
        for term, level in zip(terms, group.key, strict=True):
            counts[term, level] += group.cases_count
    return counts


def _centred(
    terms: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    found: Mapping[str, float],
    intercept: float,
    cases: int,
    card: dict[str, Any],
) -> Weights:
    """Weights against the average case: zero in the mean of each term, so that they explain."""
    by_level: dict[tuple[str, str], int] = {}
    for term in terms:
        levels = {
            pair: found.get("=".join(pair), 0.0) for pair in sorted(counts) if pair[0] == term
        }
        mean = sum(weight * counts[pair] for pair, weight in levels.items()) / cases
        intercept += mean
        for pair, weight in levels.items():
            if counts[pair] >= _LEAST_CASES:
                by_level[pair] = round((weight - mean) * _THOUSAND)
    return Weights(round(intercept * _THOUSAND), by_level, card)
