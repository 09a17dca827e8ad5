"""The models of a case's type and priority: what they are made of, and running them on texts.

A model is a readable file, never a pickle: keywords with weights in YAML, or features with weights
in CSV. Its version ends in the first 12 hex digits of the sha256 of the bytes that decide its
answers; a file whose sha256 is not the registered one is refused.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import yaml

from orchestration.errors import UsageError

MODEL_TYPES: Final = ("rules", "tfidf_lr", "ensemble")
LABELS: Final = ("p", "q", "r", "s", "alta", "media", "baja")
MODELS: Final = Path(__file__).parent / "models"
_HERE: Final = Path(__file__).parent
_CODE: Final = ("plain_text.sql", "classify.sql")
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True)
class Models:
    """All models that answer together.

    Attributes:
        card: Content of the model's JSON: semantic version, intercepts, sha256, how it was trained.
        features: Bytes of the CSV of features.
        rules: Bytes of the YAML of keywords.
    """

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

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the macros and tables that `classify.sql` reads, in this connection."""
        connection.execute((_HERE / "plain_text.sql").read_text("utf-8"))
        versions, margins = self.versions(), self.card["least_margin"]
        connection.register("features_arrow", _csv_table(self.features))
        connection.register("rules_arrow", _keywords(self.rules))
        connection.register("models_arrow", pa.table({
            "model_type": list(MODEL_TYPES),
            "model_version": [versions[name] for name in MODEL_TYPES],
            "least_margin": [float(margins[name]) for name in MODEL_TYPES],
        }))  # fmt: skip
        intercepts = {label: [self.card["intercepts"][label]] for label in LABELS}
        connection.register("intercepts_arrow", pa.table(intercepts))
        for table, source in {
            "models": "models_arrow",
            "rule_keywords": "rules_arrow",
            "tfidf_features": "features_arrow",
            "tfidf_intercepts": "intercepts_arrow",
        }.items():
            connection.execute(f"create or replace temp table {table} as from {source}")
            connection.unregister(source)


def unpack(packed: bytes) -> Models:
    """The models that `Models.pack` wrote."""
    card, features, rules = json.loads(zlib.decompress(packed))
    return Models(json.loads(card), features.encode(), rules.encode())


class Classifier:
    """Models that are loaded once and then judge one table of texts after another."""

    def __init__(self, models: Models) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        models.load(self._connection)
        self._statements = (_HERE / "classify.sql").read_text("utf-8")

    def __enter__(self) -> "Classifier":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def classify(self, texts: pa.Table) -> pa.Table:
        """Judge texts by every model, on one thread.

        Args:
            texts: Columns ticket_id and text, strings; a text may be null.

        Returns:
            One row per ticket and model, ordered by both: ticket_id, model_type, model_version,
            predicted_type, predicted_priority, score, margin, abstained, explain_json.
        """
        self._connection.register("texts", texts)
        self._connection.execute(self._statements)
        self._connection.unregister("texts")
        return self._connection.execute("from preclassification").to_arrow_table()


def judged(models: Models, texts: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Judge texts in the order given; for each model type its answers in that order."""
    keys = [f"{number:09}" for number in range(len(texts))]
    with Classifier(models) as classifier:
        answers = classifier.classify(pa.table({"ticket_id": keys, "text": texts}))
    by_model: dict[str, list[dict[str, Any]]] = {name: [] for name in MODEL_TYPES}
    for answer in answers.to_pylist():
        by_model[answer["model_type"]].append(answer)
    return by_model


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


@cache
def _csv_table(features: bytes) -> pa.Table:
    from pyarrow import csv

    return csv.read_csv(pa.py_buffer(features))


@cache
def _keywords(rules: bytes) -> pa.Table:
    content = yaml.safe_load(rules)
    rows = [
        {"pqrs_type": letter, "place": content["order"].index(letter), **entry}
        for letter, entries in content["rules"].items()
        for entry in entries
    ]
    return pa.Table.from_pylist(rows)


def _sha256(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest() if len(parts) > 1 else part)
    return digest.hexdigest()
