"""How well models do on texts whose type is known: by split, class and certainty."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from orchestration.enrichment.classifier import judged
from orchestration.enrichment.corpus import Corpus, write_corpus
from orchestration.enrichment.head import ENCODER, EncoderModel, Head
from orchestration.enrichment.model import Models
from orchestration.errors import UsageError
from simulator.config.model import TYPES

SPLIT_ROWS: Final = 4000
_BINS: Final = 10
_WRITTEN: Final = Path(__file__).parents[2] / "tests/data/enrichment/written_texts.jsonl"

SPLITS: Final[dict[str, Callable[[], Corpus]]] = {
    "same_families": lambda: write_corpus(101, SPLIT_ROWS, "training"),
    "validation": lambda: write_corpus(102, SPLIT_ROWS, "validation"),
    "held_out": lambda: write_corpus(103, SPLIT_ROWS, "held_out"),
    "noisy": lambda: write_corpus(104, SPLIT_ROWS, "held_out", is_noisy=True),
    "written": lambda: read_written(),
}


@dataclass(frozen=True)
class Evaluation:
    """Figures of one model on one split; shares are 0 to 1, rounded to 4 decimals.

    Attributes:
        accuracy: Share of the texts whose predicted type is right; no prediction counts as wrong.
        macro_f1: Mean of the four classes' F1.
        coverage: Share of the texts on which the model does not abstain.
        accuracy_covered: Accuracy on these alone; null without any.
        calibration_error: Mean distance between score and accuracy over ten bins of the score,
            weighted by the texts in each; null without scores.
        priority_accuracy: Likewise of the priority; null for a model without priorities.
        confusion: Counts by "true>predicted"; "-" where there is no prediction.
    """

    model_type: str
    model_version: str
    split: str
    texts_count: int
    accuracy: float
    macro_f1: float
    coverage: float
    accuracy_covered: float | None
    calibration_error: float | None
    priority_accuracy: float | None
    f1_by_type: dict[str, float]
    confusion: dict[str, int]

    def row(self) -> dict[str, Any]:
        """Return the figures as a flat mapping of JSON values."""
        return asdict(self)


def judged_by(
    models: Models | EncoderModel, texts: Sequence[str | None]
) -> dict[str, list[dict[str, Any]]]:
    """Judge texts in the order given; for each model type its answers in that order.

    Raises:
        EncoderMissing: The extra `encoder` is needed and not installed.
    """
    if isinstance(models, EncoderModel):
        return {ENCODER: Head(models).classify(texts).to_pylist()}
    return judged(models, texts)


def evaluate(models: Models | EncoderModel, split: str) -> list[Evaluation]:
    """Judge every model on a split; deterministic.

    Raises:
        EncoderMissing: The extra `encoder` is needed and not installed.
    """
    corpus = SPLITS[split]()
    by_model = judged_by(models, corpus.texts)
    return [_figures(split, corpus, answers) for answers in by_model.values()]


def _figures(split: str, corpus: Corpus, answers: list[dict[str, Any]]) -> Evaluation:
    predicted = [answer["predicted_type"] or "-" for answer in answers]
    pairs = Counter(zip(corpus.types, predicted, strict=True))
    f1_by_type = {letter: _f1(pairs, letter) for letter in TYPES}
    is_right = [truth == guess for truth, guess in zip(corpus.types, predicted, strict=True)]
    covered = [
        right for right, answer in zip(is_right, answers, strict=True) if not answer["abstained"]
    ]
    priorities = [
        answer["predicted_priority"] == truth
        for answer, truth in zip(answers, corpus.priorities, strict=True)
        if answer["predicted_priority"]
    ]
    scored = [
        (answer["score"], right)
        for answer, right in zip(answers, is_right, strict=True)
        if answer["score"] is not None
    ]
    return Evaluation(
        model_type=answers[0]["model_type"],
        model_version=answers[0]["model_version"],
        split=split,
        texts_count=len(answers),
        accuracy=_share(is_right) or 0.0,
        macro_f1=round(sum(f1_by_type.values()) / len(TYPES), 4),
        coverage=round(len(covered) / len(answers), 4),
        accuracy_covered=_share(covered),
        calibration_error=_calibration_error(scored),
        priority_accuracy=_share(priorities),
        f1_by_type={letter: round(value, 4) for letter, value in f1_by_type.items()},
        confusion={f"{truth}>{guess}": pairs[truth, guess] for truth, guess in sorted(pairs)},
    )


def _share(flags: list[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None


def _f1(pairs: Counter[tuple[str, str]], letter: str) -> float:
    hits = pairs[letter, letter]
    truths = sum(count for (truth, _), count in pairs.items() if truth == letter)
    guesses = sum(count for (_, guess), count in pairs.items() if guess == letter)
    return 2 * hits / (truths + guesses) if truths + guesses else 0.0


def _calibration_error(scored: list[tuple[float, bool]]) -> float | None:
    if not scored:
        return None
    distance = 0.0
    for number in range(_BINS):
        inside = [pair for pair in scored if min(int(pair[0] * _BINS), _BINS - 1) == number]
        distance += abs(sum(score for score, _ in inside) - sum(right for _, right in inside))
    return round(distance / len(scored), 4)


TABLE_HEAD: Final = (
    "| split | model | texts | accuracy | macro F1 | coverage | accuracy where it answers"
    " | calibration error | accuracy of priority |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def table_row(one: Evaluation) -> str:
    """Return a row of a Markdown table with the head `TABLE_HEAD`."""
    shares = (one.accuracy, one.macro_f1, one.coverage)
    optional = (one.accuracy_covered, one.calibration_error, one.priority_accuracy)
    cells = [one.split, one.model_type, str(one.texts_count)]
    cells += [f"{share:.4f}" for share in shares]
    cells += ["" if share is None else f"{share:.4f}" for share in optional]
    return f"| {' | '.join(cells)} |"


def read_written(path: Path = _WRITTEN) -> Corpus:
    """Read the frozen texts that were written without the phrase bank.

    Raises:
        UsageError: They are not there: they are part of the checkout, not of the package.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: evaluation needs the checkout") from error
    rows = [json.loads(line) for line in lines]
    return Corpus(
        texts=[row["text"] for row in rows],
        types=[row["pqrs_type"] for row in rows],
        priorities=[row["priority"] for row in rows],
    )
