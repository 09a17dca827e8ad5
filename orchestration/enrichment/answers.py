"""What the models say of the type and priority of messages: a row per message and model."""

from typing import Final

import pyarrow as pa

from orchestration.enrichment.messages import MESSAGE
from orchestration.enrichment.model import MODEL_TYPES, Classifier
from orchestration.errors import WorkFailed

ANSWERS: Final = pa.schema(
    [
        *MESSAGE,
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
    keys = pa.array([f"{number:09}" for number in range(len(messages))])
    answers = classifier.classify(pa.table({"ticket_id": keys, "text": messages["text"]}))
    models = len(MODEL_TYPES)
    if len(answers) != models * len(messages):
        raise AnswersMissing(f"{len(messages)} texts got {len(answers)} answers of {models} models")
    # Answers come in the order of the texts, for each text one of every model.
    places = pa.array([number for number in range(len(messages)) for _ in range(models)])
    of_messages = messages.select(MESSAGE.names).take(places)
    columns = {
        name: (of_messages if name in MESSAGE.names else answers)[name] for name in ANSWERS.names
    }
    return pa.table(columns).cast(ANSWERS)
