"""The fields of a creation: cells as the mapping translates them, known values and places only."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from orchestration.ingest.account import Reason
from orchestration.ingest.damage import Rejected
from orchestration.ingest.mapping import CaseFields, CsvMapping, FieldRule
from orchestration.ingest.places import known_values, load_places
from orchestration.ingest.text import normalised
from orchestration.wording import printable

# The limits of bronze.
MAX_TEXT_CHARACTERS: Final = 65_536
MAX_STRING_CHARACTERS: Final = 256

_KNOWN: Final = {
    "source_channel": ("dim_channel", "channel_id", Reason.UNKNOWN_CHANNEL),
    "pqrs_type": ("dim_pqrs_type", "type_id", Reason.UNKNOWN_PQRS_TYPE),
    "priority": ("dim_priority", "priority_id", Reason.UNKNOWN_PRIORITY),
    # A policy has a row without a subtype for those that have no term of their own.
    "subtype": ("dim_sla_policy", "subtype", Reason.UNKNOWN_SUBTYPE),
}
_WITHOUT_TERM: Final = "general"
# Those of the raw contract.
_OUTCOMES: Final = ("ANSWERED", "TRANSFERRED", "DENIED", "WITHDRAWN")
_OFFICIAL: Final = "a DIVIPOLA code, an official or common name, or one of `values`"


def created_fields(
    mapping: CsvMapping,
    project_root: Path,
    cells: Mapping[str, str],
    matched: Counter[tuple[str, str, str]],
) -> dict[str, str]:
    """The data of a TICKET_CREATED.

    Args:
        mapping: What the columns mean.
        project_root: Where the reference lists are.
        cells: A row by normalised column.
        matched: Counts how municipalities were recognised: text, code and name, how.

    Raises:
        Rejected: A value that there is not, or one that is too long.
    """
    data = {}
    for name in CaseFields.model_fields:
        rule: FieldRule = getattr(mapping.fields, name)
        value = rule.value(cells)
        if name in _KNOWN:
            seed, column, reason = _KNOWN[name]
            values = known_values(project_root, seed, column)
            known = tuple(dict.fromkeys(value or _WITHOUT_TERM for value in values))
            if value not in known:
                named = [text for text, meant in rule.values.items() if meant in known]
                raise _unknown(reason, rule, value, cells, ", ".join((*named, *known)))
        if len(value) > MAX_STRING_CHARACTERS:
            accepted = f"at most {MAX_STRING_CHARACTERS} characters"
            raise Rejected(Reason.TEXT_TOO_LONG, rule.column or "", value, accepted)
        data[name] = value
    return {**data, **_place(mapping, project_root, data["geo_code"], cells, matched)}


def answer_outcome(rule: FieldRule | None, cells: Mapping[str, str]) -> str:
    """How the answer ends the case; empty where nothing says so. Raises Rejected."""
    value = rule.value(cells) if rule else ""
    if rule is None or not value or value in _OUTCOMES:
        return value
    named = [text for text, meant in rule.values.items() if meant in _OUTCOMES]
    accepted = ", ".join((*named, *_OUTCOMES))
    raise _unknown(Reason.UNKNOWN_OUTCOME, rule, value, cells, accepted)


def free_text(rule: FieldRule | None, cells: Mapping[str, str]) -> str:
    """What somebody wrote, with its blanks and line breaks. Raises Rejected when it is too long."""
    if rule is None:
        return ""
    text = rule.value({name: cell.strip() for name, cell in cells.items()})
    if len(text) > MAX_TEXT_CHARACTERS:
        accepted = f"at most {MAX_TEXT_CHARACTERS} characters"
        raise Rejected(Reason.TEXT_TOO_LONG, rule.column or "", text[:100], accepted)
    return text


def _unknown(
    reason: Reason, rule: FieldRule, value: str, cells: Mapping[str, str], accepted: str
) -> Rejected:
    """A value that there is not: the cell as it stands, and what the mapping makes of it."""
    written = _cell(rule, value, cells)
    if not written:
        accepted = f"{accepted}; `default` in the mapping stands for an empty cell"
    elif written != value:
        accepted = f"{accepted}; the mapping makes '{printable(value)}' of this cell"
    return Rejected(reason, rule.column or "", written, accepted)


def _cell(rule: FieldRule, value: str, cells: Mapping[str, str]) -> str:
    return cells[normalised(rule.column)] if rule.column else value


def _place(
    mapping: CsvMapping,
    project_root: Path,
    text: str,
    cells: Mapping[str, str],
    matched: Counter[tuple[str, str, str]],
) -> dict[str, str]:
    rule = mapping.fields.geo_code
    department = mapping.department.value(cells) if mapping.department else ""
    places = load_places(project_root)
    if department and mapping.department and not places.department_code(department):
        accepted = "the code or the name of a department"
        raise _unknown(Reason.UNKNOWN_GEO, mapping.department, department, cells, accepted)
    found, how = places.find(text, department)
    elsewhere = () if found or not department else places.find(text)[0]
    if elsewhere and how == "code" and text != _cell(rule, text, cells):
        # A code that the mapping itself gives for a cell stands, whatever the department says.
        found = elsewhere
    if len(found) != 1:
        reason = Reason.AMBIGUOUS_GEO if found else Reason.UNKNOWN_GEO
        accepted = "; ".join(
            f"{place.geo_code} {place.municipio}, {place.department}" for place in found
        )
        if not found and len(elsewhere) == 1 and mapping.department:
            place, named = elsewhere[0], mapping.department.column
            accepted = (
                f"a municipality of '{printable(department)}' ({named}); {place.geo_code} is"
                f" {place.municipio}, {place.department}: correct one of the two"
            )
        raise _unknown(reason, rule, text, cells, accepted or _OFFICIAL)
    place, written = found[0], _cell(rule, text, cells)
    if not written:
        method = "default of the mapping, the cell is empty"
    else:
        method = "values of the mapping" if text != written else how
    matched[(written, f"{place.geo_code} {place.municipio}", method)] += 1
    return {
        "geo_code": place.geo_code,
        "geo_region": place.region,
        "geo_municipio": place.municipio,
    }
