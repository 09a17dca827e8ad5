"""Which sentences of a text speak for what `encoder_lr` says of it.

A vector has no words to name. So each sentence is left out in turn: what the type loses by it is
what the sentence said for it.
"""

import re
from typing import Final, NamedTuple

from orchestration.enrichment.encoder import LONGEST, readable
from orchestration.enrichment.head import Head
from orchestration.enrichment.tfidf import TYPES

# Of a text of more sentences the first ones are tried: the time is bounded.
_MOST_TRIED: Final = 20
_MOST_SHOWN: Final = 3
_SENTENCE: Final = re.compile(r"[^.!?;\n]+[.!?;\n]*")


class Sentence(NamedTuple):
    """Where a sentence stands in the text, and what it adds to the logit of the type."""

    start: int
    end: int
    weight: float


def speaking(head: Head, text: str, pqrs_type: str | None) -> list[Sentence]:
    """Return the up to three sentences that say most for a type, the first one most.

    Args:
        head: The model.
        text: Of a long one the first 2,000 characters are read.
        pqrs_type: P, Q, R or S, or None: then there are none.

    Raises:
        EncoderMissing: The extra `encoder` is not installed, or in another version.
    """
    read = text[:LONGEST]
    found = [one for one in _SENTENCE.finditer(read) if readable(one.group())][:_MOST_TRIED]
    if pqrs_type is None or len(found) < 2:
        return []
    place = TYPES.index(pqrs_type.lower())
    lines = [readable(read[: one.start()] + " " + read[one.end() :]) for one in found]
    (whole, *others) = head.logits([readable(read), *lines])[:, place].tolist()
    said = [
        Sentence(one.start(), one.end(), round(whole - other, 2))
        for one, other in zip(found, others, strict=True)
    ]
    return sorted((one for one in said if one.weight > 0), key=lambda one: -one.weight)[
        :_MOST_SHOWN
    ]
