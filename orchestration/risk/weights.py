"""The weights of the model: a list that dbt scores with, and the card that says how it was made."""

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orchestration.errors import UsageError

SEED_FILE: Final = "late_risk_weights.csv"
CARD_FILE: Final = "late_risk_weights.json"
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True)
class Weights:
    """Log odds in thousandths.

    Attributes:
        intercept: Of the average case.
        by_level: What each level of a term adds, by term and level.
        card: Semantic version, sha256 of the weights, how they were trained, their figures.
    """

    intercept: int
    by_level: Mapping[tuple[str, str], int]
    card: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Semantic version, plus sign, 12 hex digits of the weights."""
        return f"{self.card['version']}+{self.sha256[:_VERSION_DIGITS]}"

    @property
    def sha256(self) -> str:
        """Of terms, levels and weights."""
        text = "".join(f"{term},{level},{weight}\n" for term, level, weight in self.rows())
        return hashlib.sha256(text.encode()).hexdigest()

    def rows(self) -> list[tuple[str, str, int]]:
        """Term, level and weight in a fixed order; the intercept has no level."""
        levels = [(term, level, weight) for (term, level), weight in self.by_level.items()]
        return [("intercept", "", self.intercept), *sorted(levels)]

    def score(self, terms: Sequence[str], levels: Sequence[str]) -> float:
        """The probability as dbt computes it: rounded to 4 decimals."""
        added = sum(self.by_level.get(pair, 0) for pair in zip(terms, levels, strict=True))
        return round(1 / (1 + math.exp(-(self.intercept + added) / 1000)), 4)

    def write(self, folder: Path) -> None:
        """Write the list and the card; the same weights give the same bytes."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("model_version", "term", "level", "weight"))
        writer.writerows((self.version, *row) for row in self.rows())
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SEED_FILE).write_text(out.getvalue(), encoding="utf-8")
        card = {**self.card, "weights_sha256": self.sha256}
        (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def read_weights(root: Path) -> Weights:
    """Read the weights in use and their card.

    Args:
        root: Of the project.

    Raises:
        UsageError: A file is missing or damaged, or the weights are not those of the card.
    """
    seed, card_path = root / "seeds" / SEED_FILE, Path(__file__).with_name(CARD_FILE)
    try:
        card = json.loads(card_path.read_text(encoding="utf-8"))
        with seed.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        levels = {(row["term"], row["level"]): int(row["weight"]) for row in rows}
        found = Weights(levels.pop(("intercept", "")), levels, card)
        versions = {row["model_version"] for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{seed} and {card_path.name} cannot be read: {error!r}") from error
    if found.sha256 != card["weights_sha256"] or versions != {found.version}:
        raise UsageError(
            f"{seed} has weights with sha256 {found.sha256}, but their card says"
            f" {card['weights_sha256']}: restore the file, or train a new version"
        )
    return found
