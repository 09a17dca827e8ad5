"""The office (dependencia) that holds a case: by its id or name in the list of offices."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from orchestration.ingest.account import Reason
from orchestration.ingest.damage import Rejected
from orchestration.ingest.mapping import FieldRule
from orchestration.ingest.places import known_values
from orchestration.ingest.text import folded, normalised

LIST: Final = "seeds/dim_dependencia.csv"
_SEED: Final = "dim_dependencia"


def office_of(rule: FieldRule | None, project_root: Path, cells: Mapping[str, str]) -> str:
    """The id of the office; empty where none is named. Raises Rejected for an unknown one."""
    text = rule.value(cells) if rule else ""
    if rule is None or not text:
        return ""
    found = find_office(text, project_root)
    if not found:
        written = cells[normalised(rule.column)] if rule.column else text
        accepted = f"an id or a name of {LIST}, or one of `values`"
        raise Rejected(Reason.UNKNOWN_OFFICE, rule.column or "", written or text, accepted)
    return found


def find_office(text: str, project_root: Path) -> str:
    """The id of the office of this id or name; empty when there is none."""
    return _offices(project_root).get(folded(text), "")


@lru_cache(maxsize=4)
def _offices(project_root: Path) -> dict[str, str]:
    ids = known_values(project_root, _SEED, "dependencia_id")
    names = known_values(project_root, _SEED, "name")
    by_name = {folded(name): office for office, name in zip(ids, names, strict=True)}
    return {**by_name, **{folded(office): office for office in ids}}
