"""What the models say of the type and priority of messages: a row per message and model."""

from typing import Final

import numpy as np
import pyarrow as pa

from orchestration.enrichment.classifier import MODEL_ORDER, SAID, Classifier
from orchestration.enrichment.messages import MESSAGE
from orchestration.enrichment.model import MODEL_TYPES
from orchestration.enrichment.topics import TOPICS, topic_columns
from orchestration.enrichment.words import words_of
from orchestration.errors import WorkFailed

ANSWERS: Final = pa.schema(
    [
        *MESSAGE,
        *SAID,
        *TOPICS,
    ]
)
ANSWERS_REPEAT: Final = [
    "source", "day", "model_type", "model_version", "predicted_type", "predicted_priority",
    "topic", "subtopic", "topic_version",
]  # fmt: skip


class AnswersMissing(WorkFailed):
    """A model did not answer for every text: nothing of the object may be committed."""


def answers_of(messages: pa.Table, classifier: Classifier) -> pa.Table:
    """Return the answers to messages (MESSAGE and `text`), in their order: rows of ANSWERS.

    Raises:
        AnswersMissing: A defect of a model.
    """
    words = words_of(messages["text"].to_pylist())
    said = classifier.judge(words)
    models = len(MODEL_TYPES)
    if len(said) != models * len(messages):
        raise AnswersMissing(f"{len(messages)} texts got {len(said)} answers of {models} models")
    places = np.repeat(np.arange(len(messages)), models)
    of_messages = messages.select(MESSAGE.names).take(pa.array(places))
    topics = topic_columns(words, models, MODEL_ORDER.index("rules"))
    return pa.table([*of_messages.columns, *said.columns, *topics], schema=ANSWERS)
