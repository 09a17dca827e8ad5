"""What the models say of the citizens' messages of bronze objects, as Parquet files.

A file is a function of its bronze object and the models alone: how many texts are judged at once,
and which other objects are judged beside them, changes no byte.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.enrichment.model import MODEL_TYPES, Classifier
from orchestration.errors import WorkFailed

# Of a longer text no model reads more, and time and memory per text are bounded.
LONGEST_TEXT: Final = 20_000
_TEXTS_AT_ONCE: Final = 4096
_CHARACTERS_AT_ONCE: Final = 2_000_000
_ROW_GROUP: Final = 122_880
_READ: Final = ("line_no", "event_id", "ticket_id", "event_type", "data.role", "data.text")
_REPEATING: Final = [
    "source", "day", "model_type", "model_version", "predicted_type", "predicted_priority",
]  # fmt: skip

ANSWERS: Final = pa.schema(
    [
        ("source", pa.string()),
        ("day", pa.date32()),
        ("line_no", pa.int64()),
        ("message_id", pa.string()),
        ("ticket_id", pa.string()),
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
_MESSAGE: Final = ("source", "day", "line_no", "message_id", "ticket_id")


class AnswersMissing(WorkFailed):
    """A model did not answer for every text: nothing of the object may be committed."""


@dataclass(frozen=True)
class Judged:
    """What became of an object: messages of citizens, rows of answers, the file that holds them."""

    messages: int
    rows: int
    file: Path


@dataclass(frozen=True)
class BronzeFile:
    """A local copy of a bronze object of events."""

    path: Path
    source: str
    day: object


def judge_files(files: Sequence[BronzeFile], classifier: Classifier, folder: Path) -> list[Judged]:
    """Judge the citizens' messages of bronze objects, and write a file of answers for each.

    Args:
        files: The objects; several small ones are judged at once.
        classifier: The models.
        folder: An empty folder for the files.

    Returns:
        One entry per object, in their order.

    Raises:
        AnswersMissing: A defect of a model.
    """
    with ExitStack() as stack:
        writers = [
            stack.enter_context(_Writer(folder / f"{place}.parquet")) for place in range(len(files))
        ]
        waiting: list[tuple[int, pa.Table]] = []
        for place, file in enumerate(files):
            for messages in _messages(file):
                waiting.append((place, messages))
                if _is_enough(waiting):
                    _judge(waiting, classifier, writers)
                    waiting = []
        _judge(waiting, classifier, writers)
    return [Judged(writer.messages, writer.rows, writer.file) for writer in writers]


def _is_enough(waiting: Sequence[tuple[int, pa.Table]]) -> bool:
    texts = sum(len(table) for _, table in waiting)
    return texts >= _TEXTS_AT_ONCE or sum(_size(table) for _, table in waiting) >= (
        _CHARACTERS_AT_ONCE
    )


def _size(messages: pa.Table) -> int:
    return int(messages["text"].nbytes)


def _messages(file: BronzeFile) -> Iterator[pa.Table]:
    """The messages of citizens in the order of the object, in tables of bounded size."""
    with pq.ParquetFile(file.path) as opened:
        for batch in opened.iter_batches(_TEXTS_AT_ONCE, columns=list(_READ), use_threads=False):
            role = pc.struct_field(batch["data"], "role")
            is_message = pc.equal(batch["event_type"], "MESSAGE_ADDED")
            is_citizen = pc.fill_null(pc.and_(is_message, pc.equal(role, "citizen")), False)
            chosen = batch.filter(is_citizen)
            text = pc.struct_field(chosen["data"], "text")
            table = pa.table(
                {
                    "source": pa.repeat(pa.scalar(file.source), len(chosen)),
                    "day": pa.repeat(pa.scalar(file.day, pa.date32()), len(chosen)),
                    "line_no": chosen["line_no"],
                    "message_id": chosen["event_id"],
                    "ticket_id": chosen["ticket_id"],
                    "text": pc.utf8_slice_codeunits(text, 0, LONGEST_TEXT),
                }
            )
            yield from _pieces(table)


def _pieces(messages: pa.Table) -> Iterator[pa.Table]:
    """Cut a table where its texts become too many characters; a text is never cut."""
    sizes = pc.fill_null(pc.utf8_length(messages["text"]), 0).to_pylist()
    start, size = 0, 0
    for place, characters in enumerate(sizes):
        if size and size + characters > _CHARACTERS_AT_ONCE:
            yield messages.slice(start, place - start)
            start, size = place, 0
        size += characters
    if start < len(messages):
        yield messages.slice(start)


def _judge(
    waiting: Sequence[tuple[int, pa.Table]], classifier: Classifier, writers: Sequence["_Writer"]
) -> None:
    if not waiting:
        return
    messages = pa.concat_tables([table for _, table in waiting])
    keys = pa.array([f"{number:09}" for number in range(len(messages))])
    answers = classifier.classify(pa.table({"ticket_id": keys, "text": messages["text"]}))
    models = len(MODEL_TYPES)
    if len(answers) != models * len(messages):
        raise AnswersMissing(f"{len(messages)} texts got {len(answers)} answers of {models} models")
    # Answers come in the order of the texts, for each text one of every model.
    places = pa.array([number for number in range(len(messages)) for _ in range(models)])
    of_messages = messages.select(list(_MESSAGE)).take(places)
    columns = {name: (of_messages if name in _MESSAGE else answers)[name] for name in ANSWERS.names}
    table = pa.table(columns).cast(ANSWERS)
    start = 0
    for place, part in waiting:
        rows = models * len(part)
        writers[place].add(table.slice(start, rows), len(part))
        start += rows


class _Writer:
    """Writes tables into one file; its row groups do not show how the rows came."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.messages = self.rows = 0
        self._waiting: list[pa.Table] = []
        self._target = pq.ParquetWriter(
            file,
            ANSWERS,
            compression="zstd",
            compression_level=1,
            use_dictionary=_REPEATING,
            write_statistics=False,
            store_schema=False,
        )

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._write(at_least=1)
        self._target.close()

    def add(self, table: pa.Table, messages: int) -> None:
        """Add the answers for so many messages."""
        self.messages += messages
        self.rows += len(table)
        self._waiting.append(table)
        self._write(at_least=_ROW_GROUP)

    def _write(self, at_least: int) -> None:
        while sum(map(len, self._waiting)) >= at_least:
            # One chunk per column: pages begin again where a chunk does.
            table = pa.concat_tables(self._waiting).combine_chunks()
            self._target.write_table(table.slice(0, _ROW_GROUP).combine_chunks())
            rest = table.slice(_ROW_GROUP)
            self._waiting = [rest] if len(rest) else []
