"""The files of enrichment for bronze objects, on local disk and on one thread.

A file is a function of its bronze object, the models and the key alone: how many texts are judged
at once, and which other objects are judged beside them, changes no byte.
"""

from collections.abc import Sequence
from contextlib import ExitStack
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
    """What became of an object: citizens' messages, and the files that hold what was found."""

    messages: int
    answers: Path
    answers_rows: int
    mentions: Path
    mentions_rows: int


class _Written:
    """The two files of an object, while they are written."""

    def __init__(self, folder: Path, number: int, stack: ExitStack) -> None:
        self.messages = 0
        self.answers = stack.enter_context(
            PartWriter(ANSWERS, ANSWERS_REPEAT, folder / f"answers-{number}.parquet")
        )
        self.mentions = stack.enter_context(
            PartWriter(MENTIONS, MENTIONS_REPEAT, folder / f"mentions-{number}.parquet")
        )

    def judged(self) -> Judged:
        return Judged(
            self.messages,
            self.answers.file,
            self.answers.rows,
            self.mentions.file,
            self.mentions.rows,
        )


def judge_files(
    files: Sequence[BronzeFile],
    classifier: Classifier,
    key: bytes | None,
    folder: Path,
    sample: Sample | None = None,
) -> list[Judged]:
    """Judge the citizens' messages of bronze objects, and write two files for each object.

    Args:
        files: The objects; several small ones are judged at once.
        classifier: The models.
        key: Of the digests of personal data; None: there are none.
        folder: Where the files come.
        sample: A further model that reads a share of the messages.

    Returns:
        One entry per object, in their order.

    Raises:
        AnswersMissing: A defect of a model.
        EncoderMissing: The sample's model needs an extra that is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        written = [_Written(folder, number, stack) for number in range(len(files))]
        waiting: list[tuple[_Written, pa.Table]] = []
        for one, file in zip(written, files, strict=True):
            for messages in citizens_messages(file):
                one.messages += len(messages)
                waiting.append((one, messages))
                if is_enough([table for _, table in waiting]):
                    _judge(waiting, classifier, key, sample)
                    waiting = []
        _judge(waiting, classifier, key, sample)
    return [one.judged() for one in written]


def _judge(
    waiting: Sequence[tuple[_Written, pa.Table]],
    classifier: Classifier,
    key: bytes | None,
    sample: Sample | None,
) -> None:
    if not waiting:
        return
    messages = pa.concat_tables([table for _, table in waiting])
    answers, said_counts = with_sample(messages, answers_of(messages, classifier), sample)
    mentions, counts = mentions_of(messages, key)
    start, said, first = 0, 0, 0
    for one, table in waiting:
        end, named = start + len(table), sum(counts[start : start + len(table)])
        rows = int(said_counts[start:end].sum())
        one.answers.add(answers.slice(said, rows))
        one.mentions.add(mentions.slice(first, named))
        start, said, first = end, said + rows, first + named
