"""What is wrong with a mapping, as its writer sees it: field, value and the way out."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from orchestration.wording import printable, shown

# By the name of a field: what its value is not, and how it is written.
_WAYS_OUT: Final[Mapping[str, str]] = {
    "version": "is not a known version: write 1",
    "utc_offset": 'is not a valid offset: write it as "-05:00"',
    "skip_rows": "is not a number of lines: write one from 0 to 1000",
    "delimiter": 'is not one character: write it as ";", ",", "|" or tab',
    "key": "is not a list of columns: write one, such as [Radicado]",
    "formats": 'is not a list of formats: write one, such as ["%d/%m/%Y"]',
    "empty": "is not a list of words: write one, such as [Pendiente, En trámite]",
    "values": "does not say what values mean: write it as {Queja: Q, Reclamo: R}",
}
_EXAMPLES: Final[Mapping[str, str]] = {
    "version": "1",
    "name": "a name of yours",
    "key": "[Radicado]",
    "column": "the name of a column",
    "formats": '["%d/%m/%Y"]',
    "created_at": '{column: Fecha, formats: ["%d/%m/%Y"]}',
}
_RULE: Final = "{column: NAME} or {constant: VALUE}"


def explained(model: type[BaseModel], error: ValidationError) -> str:
    """The first thing that is wrong: `utc_offset: -5 is not a valid offset: write it as ...`."""
    # A name that is misspelt is the cause of what is missing.
    found = min(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
    names = [part for part in found["loc"] if isinstance(part, str)]
    if found["type"] in ("extra_forbidden", "missing"):
        *place, name = names
        said = _unknown(model, place, name)
        if found["type"] == "missing":
            said = f"{name} is missing: write it as {_example(model, place, name)}"
        return f"{'.'.join(place)}: {said}" if place else said
    said = _said(model, names, found)
    return f"{printable('.'.join(names), 120)}: {said}" if names else said


def _unknown(model: type[BaseModel], place: Sequence[str], name: str) -> str:
    known = _known(_model_at(model, place))
    close = get_close_matches(name, known, 1)
    meant = f"write {close[0]}" if close else f"use one of {', '.join(known)}"
    return f"{shown(name)} is not a known field: {meant}"


def _said(model: type[BaseModel], names: Sequence[str], found: Any) -> str:
    kind, message = found["type"], str(found["msg"])
    if kind == "value_error":
        return printable(message.removeprefix("Value error, "), 400)
    value = _shown(found["input"])
    if kind == "literal_error":
        return f"{value} is not known: use one of {found['ctx']['expected']}".replace("'", "")
    if kind == "model_type":
        return f"{value} is no rule: write it as {_example(model, names[:-1], names[-1])}"
    if kind == "string_type":
        return f"{value} is not one text: write a single value"
    if names and names[-1] in _WAYS_OUT:
        return f"{value} {_WAYS_OUT[names[-1]]}"
    return f"{value}: {message}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return "a group of fields" if value else "an empty group of fields"
    return "a list" if value else "an empty list"


def _example(model: type[BaseModel], place: Sequence[str], name: str) -> str:
    """How a field is written: by its own example, else by the fields below it."""
    below = _model_at(model, (*place, name))
    if name in _EXAMPLES:
        return _EXAMPLES[name]
    if "constant" in below.model_fields:
        return _RULE
    if "formats" in below.model_fields:
        return _EXAMPLES["created_at"]
    return f"a group of the fields {', '.join(_known(below))}"


def _model_at(model: type[BaseModel], place: Sequence[str]) -> type[BaseModel]:
    """The model of a field that is a group of fields; else the one that it stands in."""
    for name in place:
        field = model.model_fields.get(name)
        kinds = (field.annotation, *get_args(field.annotation)) if field is not None else ()
        below = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        model = below[0] if below else model
    return model


def _known(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)
