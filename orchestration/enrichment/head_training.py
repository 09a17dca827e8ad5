"""Training `encoder_lr`: logistic regression over the vectors of texts of the phrase bank."""

import csv
import hashlib
import io
from typing import Any, Final

from orchestration.enrichment.corpus import Corpus, write_corpus
from orchestration.enrichment.encoder import DIMENSIONS, PACKAGE, UNIT, installed_version, readable
from orchestration.enrichment.encoder import vectors_of as read_vectors
from orchestration.enrichment.evaluation import SPLITS, judged_by
from orchestration.enrichment.head import ENCODER, WEIGHT_UNIT, EncoderModel
from orchestration.enrichment.tfidf import LABELS
from orchestration.enrichment.training import Trained, least_margin
from orchestration.errors import UsageError, installing

VERSION: Final = "1.0.0"
# Half of what `tfidf_lr` is trained on: the encoder reads about a hundred texts a CPU-second.
ROWS: Final = 12_000
# Chosen on the validation split among 0.1, 0.3, 1, 10 and 100.
INVERSE_REGULARISATION: Final = 1.0


def train_head(seed: int = 1, rows: int = ROWS) -> Trained:
    """Train on texts of the phrase bank, on one thread.

    Args:
        seed: Decides the texts.
        rows: How many.

    Raises:
        EncoderMissing: The extra `encoder` is not installed.
        UsageError: scikit-learn is not installed.
    """
    package_version = installed_version()
    try:
        # scikit-learn and threadpoolctl carry no annotations.
        import sklearn  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(f"training needs scikit-learn: {installing('models')}") from error
    corpus = _read(write_corpus(seed, rows, "training"))
    weights: dict[str, list[int]] = {}
    intercepts: dict[str, int] = {}
    with threadpool_limits(1):  # another number of threads changes the last digits
        vectors = read_vectors(corpus.texts, package_version) / UNIT
        for labels in (corpus.types, corpus.priorities):
            fit = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=1000).fit(vectors, labels)
            for place, label in enumerate(fit.classes_):
                weights[label.lower()] = [round(one * WEIGHT_UNIT) for one in fit.coef_[place]]
                intercepts[label.lower()] = round(fit.intercept_[place] * WEIGHT_UNIT)
    artefact = _csv(weights)
    card: dict[str, Any] = {
        "model_type": ENCODER,
        "version": VERSION,
        "intercepts": intercepts,
        "least_margin": {ENCODER: 0.0},
        "weights_sha256": hashlib.sha256(artefact).hexdigest(),
        "training": {
            "seed": seed,
            "texts": rows,
            "families": "training",
            "threads": 1,
            "scikit-learn": sklearn.__version__,
            PACKAGE: package_version,
        },
    }
    validation = SPLITS["validation"]()
    said = judged_by(EncoderModel(card, artefact), validation.texts)[ENCODER]
    card["least_margin"] = {ENCODER: least_margin(said, validation.types)}
    return Trained(card, artefact, EncoderModel.files)


def _read(corpus: Corpus) -> Corpus:
    """The texts as the encoder reads them, without those in which it reads nothing."""
    lines = [readable(text) for text in corpus.texts]
    kept = [place for place, line in enumerate(lines) if line]
    return Corpus(
        texts=[lines[place] for place in kept],
        types=[corpus.types[place] for place in kept],
        priorities=[corpus.priorities[place] for place in kept],
    )


def _csv(columns: dict[str, list[int]]) -> bytes:
    """Write the weights by dimension, in thousandths."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("dimension", *LABELS))
    for place in range(DIMENSIONS):
        writer.writerow((place, *(columns[label][place] for label in LABELS)))
    return out.getvalue().encode()
