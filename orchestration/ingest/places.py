"""What a row may say: municipalities by code or name, and the values of the seeds."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from orchestration.errors import UsageError
from orchestration.ingest.text import folded

How = Literal["code", "name", "common name", "capital of that name"]

# Common names and spellings of municipalities, beside the official ones of seeds/dim_geo.csv.
_ALIASES: Final = Path(__file__).with_name("geo_aliases.csv")
_ENDINGS: Final = (" distrito capital", " d c", " dc", " d t y c", " d t h y c", " d e i p", " d e")


@dataclass(frozen=True)
class Place:
    """A municipality: DIVIPOLA code of five digits, natural region, name, department."""

    geo_code: str
    region: str
    municipio: str
    department: str


@dataclass(frozen=True)
class Places:
    """Municipalities by code and by the names that people write."""

    by_code: Mapping[str, Place]
    by_name: Mapping[str, tuple[Place, ...]]
    by_alias: Mapping[str, tuple[Place, ...]]

    def find(self, text: str, department: str = "") -> tuple[tuple[Place, ...], How]:
        """The municipalities that a text may mean, and how it names them; one if it is clear.

        Of several of one name that of `department` counts, without one the department's capital.
        """
        if text.isdigit() and len(text) in (4, 5):
            # A spreadsheet takes the zero of 05001 away.
            place = self.by_code.get(text.zfill(5))
            return ((place,) if place else ()), "code"
        name = _without_ending(folded(text))
        how: How = "name" if name in self.by_name else "common name"
        found = self.by_name.get(name) or self.by_alias.get(name, ())
        wanted = _without_ending(folded(department))
        if wanted:
            found = tuple(
                place
                for place in found
                if wanted in (_without_ending(folded(place.department)), place.geo_code[:2])
            )
        capitals = tuple(place for place in found if place.geo_code.endswith("001"))
        if len(found) > 1 and len(capitals) == 1:
            return capitals, "capital of that name"
        return found, how


@lru_cache(maxsize=4)
def load_places(project_root: Path) -> Places:
    """Read the seed and the aliases. Raises UsageError when the seed is missing."""
    seed = project_root / "seeds" / "dim_geo.csv"
    by_code = {
        row["geo_id"]: Place(row["geo_id"], row["region"], row["municipio"], row["department"])
        for row in _rows(seed)
    }
    by_name: dict[str, list[Place]] = defaultdict(list)
    for place in by_code.values():
        by_name[_without_ending(folded(place.municipio))].append(place)
    by_alias: dict[str, list[Place]] = defaultdict(list)
    for row in _rows(_ALIASES):
        by_alias[_without_ending(folded(row["name"]))].append(by_code[row["geo_id"]])
    return Places(
        by_code,
        {name: tuple(found) for name, found in by_name.items()},
        {name: tuple(found) for name, found in by_alias.items()},
    )


@lru_cache(maxsize=16)
def known_values(project_root: Path, seed: str, column: str) -> tuple[str, ...]:
    """The values of a column of a seed. Raises UsageError when the seed is missing."""
    return tuple(row[column] for row in _rows(project_root / "seeds" / f"{seed}.csv"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except OSError as error:
        raise UsageError(f"seed {path} cannot be read: {error.strerror}") from None


def _without_ending(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
