"""What the models say of the type and priority of messages: a row per message and model."""

from typing import Final

import numpy as np
import pyarrow as pa

from orchestration.enrichment.classifier import SAID, Classifier
from orchestration.enrichment.messages import MESSAGE
from orchestration.enrichment.model import MODEL_TYPES
from orchestration.errors import WorkFailed

ANSWERS: Final = pa.schema(
    [
        *MESSAGE,
        *SAID,
    ]
)
ANSWERS_REPEAT: Final = [
    "source", "day", "model_type", "model_version", "predicted_type", "predicted_priority",
]  # fmt: skip


class AnswersMissing(WorkFailed):
    """A model did not answer for every text: nothing of the object may be committed."""


def answers_of(messages: pa.Table, classifier: Classifier) -> pa.Table:
    """Return the answers to messages (MESSAGE and `text`), in their order: rows of ANSWERS.

    Raises:
        AnswersMissing: A defect of a model.
    """
    said = classifier.classify(messages["text"].to_pylist())
    models = len(MODEL_TYPES)
    if len(said) != models * len(messages):
        raise AnswersMissing(f"{len(messages)} texts got {len(said)} answers of {models} models")
    places = np.repeat(np.arange(len(messages)), models)
    of_messages = messages.select(MESSAGE.names).take(pa.array(places))
    return pa.table([*of_messages.columns, *said.columns], schema=ANSWERS)
