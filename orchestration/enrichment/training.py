"""Training the linear model: TF-IDF of word stems and pairs of them, logistic regression."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from orchestration.enrichment.classifier import judged
from orchestration.enrichment.corpus import write_corpus
from orchestration.enrichment.evaluation import SPLITS
from orchestration.enrichment.model import Models, rules_file
from orchestration.enrichment.tfidf import LABELS, feature_name, features_of
from orchestration.enrichment.words import words_of
from orchestration.errors import UsageError, installing

VERSION: Final = "1.0.0"
ROWS: Final = 24_000
# A feature of fewer texts says little; one of small weight for every label says nothing.
_LEAST_TEXTS: Final = 12
_LEAST_WEIGHT: Final = 60
_THOUSAND: Final = 1000
_LEAST_ACCURACY: Final = 0.95
_STEPS: Final = 20


@dataclass(frozen=True)
class Trained:
    """A trained model, and how it was made."""

    card: dict[str, Any]
    artefact: bytes
    files: tuple[str, ...] = Models.files

    def write(self, folder: Path) -> None:
        """Write the two files of the model; the same model gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        weights, card = (folder / name for name in self.files)
        weights.write_bytes(self.artefact)
        card.write_text(json.dumps(self.card, indent=2, sort_keys=True) + "\n", "utf-8")


def train(seed: int = 1) -> Trained:
    """Train on texts of the phrase bank, on one thread.

    Raises:
        UsageError: scikit-learn is not installed.
    """
    try:
        # scikit-learn and threadpoolctl carry no annotations.
        import sklearn  # type: ignore[import-untyped]
        from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(f"training needs scikit-learn: {installing('models')}") from error
    corpus = write_corpus(seed, ROWS, "training")
    vectorizer = TfidfVectorizer(analyzer=list, min_df=_LEAST_TEXTS, sublinear_tf=True)
    weights: dict[str, list[int]] = {}
    intercepts: dict[str, int] = {}
    with threadpool_limits(1):  # another number of threads changes the last digits
        matrix = vectorizer.fit_transform(_features(corpus.texts))
        for labels in (corpus.types, corpus.priorities):
            fit = LogisticRegression(max_iter=500).fit(matrix, labels)
            for place, label in enumerate(fit.classes_):
                weights[label.lower()] = [round(one * _THOUSAND) for one in fit.coef_[place]]
                intercepts[label.lower()] = round(fit.intercept_[place] * _THOUSAND)
    features = _csv(vectorizer.get_feature_names_out(), vectorizer.idf_, weights)
    return Trained(_card(seed, intercepts, features, sklearn.__version__), features)


def _card(seed: int, intercepts: dict[str, int], features: bytes, library: str) -> dict[str, Any]:
    card = {
        "model_type": "tfidf_lr",
        "version": VERSION,
        "intercepts": intercepts,
        "least_margin": {"rules": 0.0, "tfidf_lr": 0.0, "ensemble": 0.0},
        "features_sha256": hashlib.sha256(features).hexdigest(),
        "training": {
            "seed": seed,
            "texts": ROWS,
            "families": "training",
            "threads": 1,
            "scikit-learn": library,
        },
    }
    return {**card, "least_margin": _least_margins(Models(card, features, rules_file()))}


def _features(texts: list[str]) -> list[list[str]]:
    """Cut texts into features as classification does."""
    text, code = features_of(words_of(texts))
    cut: list[list[str]] = [[] for _ in texts]
    names = {one: feature_name(one) for one in np.unique(code).tolist()}
    for place, one in zip(text.tolist(), code.tolist(), strict=True):
        cut[place].append(names[one])
    return cut


def _csv(names: Any, idfs: Any, columns: dict[str, list[int]]) -> bytes:
    """Write the features by name, with weights in thousandths."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("feature", "idf", *LABELS))
    for place, name in enumerate(names):
        weights = [columns[label][place] for label in LABELS]
        if max(map(abs, weights)) >= _LEAST_WEIGHT:
            writer.writerow((name, round(float(idfs[place]) * _THOUSAND), *weights))
    return out.getvalue().encode()


def _least_margins(models: Models) -> dict[str, float]:
    """Choose the least margin of each model.

    On families of wordings that it was not trained on. Rules answer wherever a keyword matches.
    """
    corpus = SPLITS["validation"]()
    by_model = judged(models, corpus.texts)
    chosen = (least_margin(by_model[name], corpus.types) for name in Models.compared)
    return {"rules": 0.0, **dict(zip(Models.compared, chosen, strict=True))}


def least_margin(answers: list[dict[str, Any]], truths: list[str]) -> float:
    """Return the least margin, in steps of 0.05, that makes 95 % of a model's answers right."""
    known = [
        (answer["margin"], answer["predicted_type"] == truth)
        for answer, truth in zip(answers, truths, strict=True)
        if answer["margin"] is not None
    ]
    return next(
        (step / _STEPS for step in range(_STEPS) if _accuracy(known, step) >= _LEAST_ACCURACY),
        1.0,
    )


def _accuracy(known: list[tuple[float, bool]], step: int) -> float:
    kept = [is_right for margin, is_right in known if margin >= step / _STEPS]
    return sum(kept) / len(kept) if kept else 0.0
