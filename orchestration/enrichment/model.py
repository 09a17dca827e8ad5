"""The models of a case's type and priority: what they are made of, and running them on texts.

A model is a readable file, never a pickle: keywords with weights in YAML, or features with weights
in CSV. Its version ends in the first 12 hex digits of the sha256 of the bytes that decide its
answers; a file whose sha256 is not the registered one is refused.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Final

from orchestration.errors import UsageError

MODEL_TYPES: Final = ("rules", "tfidf_lr", "ensemble")
MODELS: Final = Path(__file__).parent / "models"
_HERE: Final = Path(__file__).parent
# What decides the answers, beside what a model is made of.
_CODE: Final = (
    "characters.py",
    "words.py",
    "keywords.py",
    "lookup.py",
    "tfidf.py",
    "classifier.py",
)
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True)
class Models:
    """All models that answer together.

    Attributes:
        card: Content of the model's JSON: semantic version, intercepts, sha256, how it was trained.
        features: Bytes of the CSV of features.
        rules: Bytes of the YAML of keywords.
    """

    # By its version a model is called: that of its part with weights.
    named_by: ClassVar[str] = "tfidf_lr"
    # A challenger must not be worse in any of these.
    compared: ClassVar[tuple[str, ...]] = ("tfidf_lr", "ensemble")
    files: ClassVar[tuple[str, ...]] = ("tfidf_lr.csv", "tfidf_lr.json")

    card: dict[str, Any]
    features: bytes
    rules: bytes

    def pack(self) -> bytes:
        """A small form to send with a task; `unpack` reads it."""
        parts = (json.dumps(self.card), self.features.decode(), self.rules.decode())
        return zlib.compress(json.dumps(parts).encode())

    def versions(self) -> dict[str, str]:
        """Return the version of each model type: semantic version, plus sign, 12 hex digits."""
        code = b"".join((_HERE / name).read_bytes() for name in _CODE)
        margins = json.dumps(self.card["least_margin"], sort_keys=True).encode()
        intercepts = json.dumps(self.card["intercepts"], sort_keys=True).encode()
        parts = {
            "rules": (self.rules, code),
            "tfidf_lr": (self.features, intercepts, code),
            "ensemble": (self.features, intercepts, self.rules, margins, code),
        }
        return {
            name: f"{self.card['version']}+{_sha256(*parts[name])[:_VERSION_DIGITS]}"
            for name in MODEL_TYPES
        }

    def artefact_sha256(self, name: str) -> str:
        """Return the sha256 of the file that a model type is made of."""
        return _sha256(self.rules if name == "rules" else self.features)


def unpack(packed: bytes) -> Models:
    """The models that `Models.pack` wrote."""
    card, features, rules = json.loads(zlib.decompress(packed))
    return Models(json.loads(card), features.encode(), rules.encode())


def read_models(folder: Path = MODELS) -> Models:
    """Read the models in use.

    Raises:
        UsageError: A file is missing, or has another sha256 than its card says.
    """
    card_path, features_path = folder / "tfidf_lr.json", folder / "tfidf_lr.csv"
    try:
        card, features = json.loads(card_path.read_text("utf-8")), features_path.read_bytes()
    except (OSError, json.JSONDecodeError) as error:
        raise UsageError(f"{card_path}: {error}; `pqr models train` makes it") from error
    if _sha256(features) != card["features_sha256"]:
        raise UsageError(
            f"{features_path} has sha256 {_sha256(features)}, but its card says"
            f" {card['features_sha256']}: restore the file, or train a new version"
        )
    return Models(card, features, rules_file())


def rules_file() -> bytes:
    """Return the bytes of the keyword rules."""
    return (files("simulator") / "config" / "pqrs_preclass_rules_v1.yaml").read_bytes()


def _sha256(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest() if len(parts) > 1 else part)
    return digest.hexdigest()
