"""The classifier `encoder_lr`: logistic regression over the vectors of a sentence encoder.

Its files are a CSV of weights and a JSON card. Sums are of integers, and exponentials those of the
C library, as in `tfidf`.
"""

import csv
import hashlib
import io
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from orchestration.enrichment.characters import I64
from orchestration.enrichment.classifier import SAID
from orchestration.enrichment.encoder import DIMENSIONS, PACKAGE, UNIT, readable, vectors_of
from orchestration.enrichment.model import MODELS
from orchestration.enrichment.tfidf import LABELS, PRIORITIES, TYPES
from orchestration.errors import UsageError

ENCODER: Final = "encoder_lr"
WEIGHT_UNIT: Final = 1000
_HERE: Final = Path(__file__).parent
# What decides the answers, beside the weights and the encoder.
_CODE: Final = ("encoder.py", "head.py")
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True)
class EncoderModel:
    """What the classifier is made of.

    Attributes:
        card: Content of its JSON: semantic version, intercepts, least margin, sha256 of the
            weights, how it was trained and with which version of the encoder.
        weights: Bytes of the CSV: per dimension one weight per label, in thousandths.
    """

    named_by: ClassVar[str] = ENCODER
    compared: ClassVar[tuple[str, ...]] = (ENCODER,)
    files: ClassVar[tuple[str, ...]] = (f"{ENCODER}.csv", f"{ENCODER}.json")

    card: dict[str, Any]
    weights: bytes

    def pack(self) -> bytes:
        """A small form to send with a task; `unpack_encoder` reads it."""
        parts = (json.dumps(self.card), self.weights.decode())
        return zlib.compress(json.dumps(parts).encode())

    def versions(self) -> dict[str, str]:
        """Return the version by model type: semantic version, plus sign, 12 hex digits."""
        facts = {name: self.card[name] for name in ("intercepts", "least_margin")}
        facts[PACKAGE] = self.encoder_version
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
        for part in (self.weights, *((_HERE / name).read_bytes() for name in _CODE)):
            digest.update(hashlib.sha256(part).digest())
        return {ENCODER: f"{self.card['version']}+{digest.hexdigest()[:_VERSION_DIGITS]}"}

    def artefact_sha256(self, name: str) -> str:
        """Return the sha256 of the file that a model type is made of."""
        return hashlib.sha256(self.weights).hexdigest()

    @property
    def encoder_version(self) -> str:
        """The version of the encoder's package that it was trained with."""
        return str(self.card["training"][PACKAGE])


def unpack_encoder(packed: bytes) -> EncoderModel:
    """The model that `EncoderModel.pack` wrote."""
    card, weights = json.loads(zlib.decompress(packed))
    return EncoderModel(json.loads(card), weights.encode())


def read_encoder(folder: Path = MODELS) -> EncoderModel:
    """Read the model; the encoder itself need not be installed.

    Raises:
        UsageError: A file is missing, or has another sha256 than its card says.
    """
    weights_path, card_path = (folder / name for name in EncoderModel.files)
    try:
        card, weights = json.loads(card_path.read_text("utf-8")), weights_path.read_bytes()
    except (OSError, json.JSONDecodeError) as error:
        raise UsageError(
            f"{card_path}: {error}; `pqr models train --model {ENCODER}` makes it"
        ) from error
    sha256 = hashlib.sha256(weights).hexdigest()
    if sha256 != card["weights_sha256"]:
        raise UsageError(
            f"{weights_path} has sha256 {sha256}, but its card says {card['weights_sha256']}:"
            " restore the file, or train a new version"
        )
    return EncoderModel(card, weights)


class Head:
    """A model that is loaded once and then judges one list of texts after another."""

    def __init__(self, model: EncoderModel) -> None:
        rows = list(csv.reader(io.StringIO(model.weights.decode())))[1:]
        self._weights = np.array(rows, np.int64).reshape(DIMENSIONS, 1 + len(LABELS))[:, 1:]
        self._intercepts = np.array([model.card["intercepts"][label] for label in LABELS])
        self._least = float(model.card["least_margin"][ENCODER])
        self._package_version = model.encoder_version
        self._version = model.versions()[ENCODER]

    def classify(self, texts: Sequence[str | None]) -> pa.Table:
        """Judge texts, each as if it were the only one.

        Args:
            texts: Of a long one the first 2,000 characters are read; without a letter in them the
                model abstains.

        Returns:
            Rows of SAID, one per text, in order. `explain_json` has the share of each type.

        Raises:
            EncoderMissing: The extra `encoder` is not installed, or in another version.
        """
        lines = [readable(text) for text in texts]
        logits = iter(self.logits([line for line in lines if line]).tolist())
        rows = [self._said(next(logits)) if line else self._nothing() for line in lines]
        return pa.Table.from_pylist(rows, schema=SAID)

    def logits(self, lines: Sequence[str]) -> np.ndarray:
        """Return the (n, 7) logits of n lines that `readable` made, by label as in LABELS."""
        sums: I64 = vectors_of(lines, self._package_version) @ self._weights
        logits: np.ndarray = (sums + self._intercepts * UNIT) / (UNIT * WEIGHT_UNIT)
        return logits

    def _said(self, logits: list[float]) -> dict[str, Any]:
        types, priorities = logits[: len(TYPES)], logits[len(TYPES) :]
        powers = [math.exp(one - max(types)) for one in types]
        shares = [power / sum(powers) for power in powers]
        first, second = sorted(shares, reverse=True)[:2]
        listed = ",".join(
            f'"{name.upper()}":{_rounded(share)!r}'
            for name, share in zip(TYPES, shares, strict=True)
        )
        return {
            "model_type": ENCODER,
            "model_version": self._version,
            "predicted_type": TYPES[shares.index(first)].upper(),
            "predicted_priority": PRIORITIES[priorities.index(max(priorities))],
            "score": _rounded(first),
            "margin": _rounded(first - second),
            "abstained": _rounded(first - second) < self._least,
            "explain_json": f'{{"shares":{{{listed}}}}}',
        }

    def _nothing(self) -> dict[str, Any]:
        said = dict.fromkeys(SAID.names)
        said |= {"model_type": ENCODER, "model_version": self._version, "abstained": True}
        return {**said, "explain_json": '{"shares":{}}'}


def _rounded(share: float) -> float:
    """Return a share with four decimals; a half goes up."""
    return math.floor(share * 10_000 + 0.5) / 10_000
