"""What a row may say: municipalities by code or name, and the values of the seeds."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from orchestration.errors import UsageError
from orchestration.ingest.text import folded

How = Literal[
    "code", "code and name", "name", "name and department", "common name", "capital of that name"
]

# Common names and spellings beside the official ones of seeds/dim_geo.csv: of municipalities, and
# of departments by their code of two digits.
_ALIASES: Final = Path(__file__).with_name("geo_aliases.csv")
_CODE_AND_NAME: Final = re.compile(r"(\d{5})\W+(\D+)")
_DEPARTMENT: Final = re.compile(r"(\d{1,2})\W+(\D+)")
_NAME_AND_DEPARTMENT: Final = re.compile(r"(.+?)\s*[,(/\u2013-]\s*([^,()/]+?)\s*\)?")
# Registers write Bogotá, which is no part of it, in the department whose capital it is.
_BOGOTA: Final = "11001"
_CUNDINAMARCA: Final = "25"
# 88 of department 5 is 05088, Bello.
_WITHIN: Final = 3
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
    """Municipalities by code and by the names that people write; departments to their codes."""

    by_code: Mapping[str, Place]
    by_name: Mapping[str, tuple[Place, ...]]
    by_alias: Mapping[str, tuple[Place, ...]]
    departments: Mapping[str, str]

    def find(self, text: str, department: str = "") -> tuple[tuple[Place, ...], How]:
        """The municipalities that a text may mean, and how it names them; one if it is clear.

        Of several of one name that of `department` counts, without one the department's capital.
        A code of up to three digits is one within its department; one of five that lies in
        another department than that of the row is none.
        """
        code = self.department_code(department)
        if department and not code:
            return (), "name"
        if text.isdigit() and len(text) <= _WITHIN and code:
            text = code + text.zfill(_WITHIN)
        if text.isdigit() and len(text) in (4, 5):
            # A spreadsheet takes the zero of 05001 away.
            place = self.by_code.get(text.zfill(5))
            return ((place,) if place and _lies_in(place, code) else ()), "code"
        if parts := _CODE_AND_NAME.fullmatch(text):
            place = self.by_code.get(parts[1])
            is_right = place is not None and place in self._named(parts[2], parts[1][:2])[0]
            is_right = is_right and place is not None and _lies_in(place, code)
            return ((place,) if place and is_right else ()), "code and name"
        found, how = self._named(text, code)
        parts = _NAME_AND_DEPARTMENT.fullmatch(text)
        if (
            not found
            and parts
            and (named := self.department_code(parts[2]))
            and code in ("", named)
        ):
            return self._named(parts[1], named)[0], "name and department"
        return found, how

    def department_code(self, text: str) -> str:
        """The code of a department by code, name or both; empty when there is none of that name."""
        if parts := _DEPARTMENT.fullmatch(text):
            code = self.department_code(parts[2])
            return code if code == parts[1].zfill(2) else ""
        if text.isdigit() and text.zfill(2) in self.departments.values():
            return text.zfill(2)
        return self.departments.get(_without_ending(folded(text)), "")

    def _named(self, text: str, department: str) -> tuple[tuple[Place, ...], How]:
        name = _without_ending(folded(text))
        how: How = "name" if name in self.by_name else "common name"
        found = self.by_name.get(name) or self.by_alias.get(name, ())
        if department:
            found = tuple(place for place in found if _lies_in(place, department))
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
    departments = {
        _without_ending(folded(place.department)): code[:2] for code, place in by_code.items()
    }
    by_alias: dict[str, list[Place]] = defaultdict(list)
    for row in _rows(_ALIASES):
        name, code = _without_ending(folded(row["name"])), row["geo_id"]
        if code in by_code:
            by_alias[name].append(by_code[code])
        else:
            departments[name] = code
    return Places(
        by_code,
        {name: tuple(found) for name, found in by_name.items()},
        {name: tuple(found) for name, found in by_alias.items()},
        departments,
    )


@lru_cache(maxsize=16)
def known_values(project_root: Path, seed: str, column: str) -> tuple[str, ...]:
    """The values of a column of a seed. Raises UsageError when the seed is missing."""
    return tuple(row[column] for row in _rows(project_root / "seeds" / f"{seed}.csv"))


@lru_cache(maxsize=4)
def calendar_begins(project_root: Path) -> date:
    """The first day of dim_calendar: silver takes no event before it, since no term has days."""
    return date.fromisoformat(known_values(project_root, "dim_calendar", "day")[0])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except OSError as error:
        raise UsageError(f"seed {path} cannot be read: {error.strerror}") from None


def _lies_in(place: Place, department: str) -> bool:
    """Whether a municipality is one of the department of that code; empty is any."""
    is_written_so = place.geo_code == _BOGOTA and department == _CUNDINAMARCA
    return department in ("", place.geo_code[:2]) or is_written_so


def _without_ending(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
