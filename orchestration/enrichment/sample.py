"""Which messages `encoder_lr` reads in a run: a share of them, chosen by the message alone."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from orchestration.enrichment.characters import I64
from orchestration.enrichment.head import Head, unpack_encoder
from orchestration.enrichment.messages import MESSAGE


@dataclass(frozen=True)
class Sample:
    """A model that reads a share of the messages, loaded at the first one.

    Attributes:
        model: As `EncoderModel.pack` writes it.
        percent: Of the messages, 0 to 100.
    """

    model: bytes
    percent: int

    @cached_property
    def _head(self) -> Head:
        return Head(unpack_encoder(self.model))

    def answers_of(self, messages: pa.Table) -> tuple[pa.Table, I64]:
        """Return the answers to the messages of the sample, and which messages these are.

        Args:
            messages: MESSAGE and `text`.

        Returns:
            MESSAGE and SAID, a row per message of the sample, in order; the places of these.

        Raises:
            EncoderMissing: The extra `encoder` is not installed, or in another version.
        """
        places = np.flatnonzero([self._holds(one) for one in messages["message_id"].to_pylist()])
        chosen = messages.take(pa.array(places))
        said = self._head.classify(chosen["text"].to_pylist())
        columns = [*chosen.select(MESSAGE.names).columns, *said.columns]
        return pa.table(columns, schema=pa.schema([*MESSAGE, *said.schema])), places

    def _holds(self, message_id: str | None) -> bool:
        # By its identifier: the same messages in every run, whichever files they come in.
        digest = hashlib.sha256((message_id or "").encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % 100 < self.percent


def with_sample(messages: pa.Table, answers: pa.Table, sample: Sample | None) -> pa.Table:
    """Put the answers of a sample after those of the other models, message by message.

    Args:
        messages: MESSAGE and `text`.
        answers: Of the other models, in the order of the messages, equally many for each.
        sample: None: there is none.
    """
    if sample is None:
        return answers
    models = len(answers) // len(messages)
    further, places = sample.answers_of(messages)
    owner = np.concatenate([np.repeat(np.arange(len(messages)), models), places])
    order = np.argsort(owner, kind="stable")
    # Topics stand beside the other models.
    missing = list(answers.schema)[len(further.schema) :]
    nulls = [pa.nulls(len(further), field.type) for field in missing]
    further = pa.table([*further.columns, *nulls], schema=answers.schema)
    return pa.concat_tables([answers, further]).take(pa.array(order))
