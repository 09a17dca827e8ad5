"""The files of enrichment for a day of bronze, on local disk and on one thread.

A file is a function of the bronze objects of its day, the models and the key alone: how many texts
are judged at once changes no byte.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from orchestration.enrichment.answers import ANSWERS, ANSWERS_REPEAT, answers_of
from orchestration.enrichment.classifier import Classifier
from orchestration.enrichment.mentions import MENTIONS, MENTIONS_REPEAT, mentions_of
from orchestration.enrichment.messages import BronzeFile, citizens_messages, is_enough
from orchestration.enrichment.parts import PartWriter
from orchestration.enrichment.sample import Sample, with_sample


@dataclass(frozen=True)
class Judged:
    """What became of a day: citizens' messages, and the files that hold what was found."""

    messages: int
    answers: Path
    answers_rows: int
    mentions: Path
    mentions_rows: int


def judge_files(
    files: Sequence[BronzeFile],
    classifier: Classifier,
    key: bytes | None,
    folder: Path,
    sample: Sample | None = None,
) -> Judged:
    """Judge the citizens' messages of bronze objects, and write what is found into two files.

    Args:
        files: The objects, in the order of the rows.
        classifier: The models.
        key: Of the digests of personal data; None: there are none.
        folder: Where the files come.
        sample: A further model that reads a share of the messages.

    Raises:
        AnswersMissing: A defect of a model.
        EncoderMissing: The sample's model needs an extra that is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        PartWriter(ANSWERS, ANSWERS_REPEAT, folder / "answers.parquet") as answers,
        PartWriter(MENTIONS, MENTIONS_REPEAT, folder / "mentions.parquet") as mentions,
    ):
        for messages in _batches(files):
            count += len(messages)
            answers.add(with_sample(messages, answers_of(messages, classifier), sample))
            mentions.add(mentions_of(messages, key))
    return Judged(count, answers.file, answers.rows, mentions.file, mentions.rows)


def _batches(files: Sequence[BronzeFile]) -> Iterator[pa.Table]:
    """Yield the messages of all files in order, many small ones at once."""
    waiting: list[pa.Table] = []
    for file in files:
        for messages in citizens_messages(file):
            waiting.append(messages)
            if is_enough(waiting):
                yield pa.concat_tables(waiting)
                waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
