"""What the OpenLineage specification 2-0-2 requires of a run event, as JSON Schema."""

from typing import Any

import jsonschema_rs

_URI = {"type": "string", "pattern": "^[a-z]+:.+"}
_FACETS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["_producer", "_schemaURL"],
        "properties": {"_producer": _URI, "_schemaURL": _URI},
    },
}
_DATASETS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["namespace", "name"],
        "properties": {
            "namespace": {"type": "string", "minLength": 1},
            "name": {"type": "string", "minLength": 1},
            "facets": _FACETS,
            "inputFacets": _FACETS,
            "outputFacets": _FACETS,
        },
    },
}
RUN_EVENT = {
    "type": "object",
    "required": ["eventTime", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "eventTime": {"type": "string", "format": "date-time"},
        "producer": _URI,
        "schemaURL": {"type": "string", "pattern": r"^https://.+#/\$defs/RunEvent$"},
        "run": {
            "type": "object",
            "required": ["runId"],
            "properties": {"runId": {"type": "string", "format": "uuid"}, "facets": _FACETS},
        },
        "job": {
            "type": "object",
            "required": ["namespace", "name"],
            "properties": {"facets": _FACETS},
        },
        "inputs": _DATASETS,
        "outputs": _DATASETS,
    },
}
_VALIDATOR = jsonschema_rs.Draft202012Validator(RUN_EVENT, validate_formats=True)


def faults(event: dict[str, Any]) -> list[str]:
    """What is wrong with an event; empty when it conforms."""
    return [f"{error.instance_path}: {error.message}" for error in _VALIDATOR.iter_errors(event)]


def unpaired(events: list[dict[str, Any]]) -> list[str]:
    """Runs that have not one START and one ending."""
    found: dict[str, list[str]] = {}
    for event in events:
        found.setdefault(event["run"]["runId"], []).append(event["eventType"])
    return [
        f"{run}: {kinds}"
        for run, kinds in found.items()
        if kinds[0] != "START" or len(kinds) != 2 or kinds[1] == "START"
    ]
