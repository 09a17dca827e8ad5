"""The models, loaded once, and their answers to texts: for each text one row per model."""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import eq
from typing import Any, Final

import pyarrow as pa

from orchestration.enrichment.keywords import Rules
from orchestration.enrichment.model import Models
from orchestration.enrichment.tfidf import Linear
from orchestration.enrichment.words import Words, words_of

# The order of a text's rows.
MODEL_ORDER: Final = ("ensemble", "rules", "tfidf_lr")
_CERTAIN: Final = 1.0
SAID: Final = pa.schema(
    [
        ("model_type", pa.string()),
        ("model_version", pa.string()),
        ("predicted_type", pa.string()),
        ("predicted_priority", pa.string()),
        ("score", pa.float64()),
        ("margin", pa.float64()),
        ("abstained", pa.bool_()),
        ("explain_json", pa.string()),
    ]
)


class Classifier:
    """Models that are loaded once and then judge one list of texts after another."""

    def __init__(self, models: Models) -> None:
        self._rules = Rules(models.rules)
        self._linear = Linear(models.features, models.card["intercepts"])
        self._versions = models.versions()
        self._least = {name: float(models.card["least_margin"][name]) for name in MODEL_ORDER}

    def classify(self, texts: Sequence[str | None]) -> pa.Table:
        """Judge texts by every model.

        Args:
            texts: Of a long one the first 20,000 characters are read.

        Returns:
            Rows of SAID: for each text, in order, one per model.
        """
        return self.judge(words_of(texts))

    def judge(self, words: Words) -> pa.Table:
        """Judge texts that were cut into words, as `classify` does."""
        rules, linear = self._rules.judge(words), self._linear.judge(words)
        guesses = [one.predicted_type for one in rules]
        agree = map(eq, guesses, linear.predicted_type)
        # The ensemble answers where the linear model is sure, or where the rules agree with it.
        sure = [
            _CERTAIN if same and margin is not None else margin
            for same, margin in zip(agree, linear.margin, strict=True)
        ]
        margins = (sure, [one.margin for one in rules], linear.margin)
        told = map(_compared, guesses, linear.predicted_type, linear.margin)
        columns = [
            MODEL_ORDER * len(rules),
            tuple(self._versions[name] for name in MODEL_ORDER) * len(rules),
            _by_text(linear.predicted_type, guesses, linear.predicted_type),
            _by_text(linear.predicted_priority, [None] * len(rules), linear.predicted_priority),
            _by_text(linear.score, [one.score for one in rules], linear.score),
            _by_text(*margins),
            _by_text(*map(self._abstained, MODEL_ORDER, margins)),
            _by_text(told, [one.explain_json for one in rules], linear.explain_json),
        ]
        return pa.table(
            [pa.array(column, field.type) for column, field in zip(columns, SAID, strict=True)],
            schema=SAID,
        )

    def _abstained(self, name: str, margins: Sequence[float | None]) -> list[bool]:
        least = self._least[name]
        return [margin is None or margin < least for margin in margins]


def judged(models: Models, texts: Sequence[str | None]) -> dict[str, list[dict[str, Any]]]:
    """Judge texts in the order given; for each model type its answers in that order."""
    by_model: dict[str, list[dict[str, Any]]] = {name: [] for name in models.versions()}
    for answer in Classifier(models).classify(texts).to_pylist():
        by_model[answer["model_type"]].append(answer)
    return by_model


def _by_text(*of_models: Iterable[Any]) -> list[Any]:
    """Put what each model says of the texts into the order of the texts."""
    return list(chain.from_iterable(zip(*of_models, strict=True)))


def _compared(rules: str | None, linear: str | None, margin: float | None) -> str:
    first, second = (f'"{one}"' if one else "null" for one in (rules, linear))
    third = "null" if margin is None else repr(margin)
    return f'{{"rules":{first},"tfidf_lr":{second},"tfidf_lr_margin":{third}}}'
