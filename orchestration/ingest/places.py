"""Municipalities by their DIVIPOLA code, from the seed that silver reads as well."""

import csv
from functools import lru_cache
from pathlib import Path

from orchestration.errors import UsageError


@lru_cache(maxsize=4)
def places(project_root: Path) -> dict[str, tuple[str, str]]:
    """Code to natural region and municipality. Raises UsageError when the seed is missing."""
    path = project_root / "seeds" / "dim_geo.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {
                row["geo_id"]: (row["region"], row["municipio"]) for row in csv.DictReader(file)
            }
    except OSError as error:
        raise UsageError(f"seed {path} cannot be read: {error.strerror}") from None
