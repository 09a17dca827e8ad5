"""JSON schemas of Kubernetes' kinds, for kubeconform, from files that come with packages.

    python infra/k8s/schemas.py OUT swagger.json daskcluster.yaml

swagger.json is that of the Go module k8s.io/kubernetes, daskcluster.yaml the resource definition in
the Python package dask-kubernetes. Unknown fields are errors: a misspelt one would be left out in
silence.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

REFERENCE = "#/definitions/"


def strict(schema: Any) -> Any:
    """The same schema, which takes no field that it does not name, and null for an optional one."""
    if isinstance(schema, list):
        return [strict(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        return {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    if (
        isinstance(schema.get("properties"), dict)
        and "additionalProperties" not in schema
        and not schema.get("x-kubernetes-preserve-unknown-fields")
    ):
        made["additionalProperties"] = False
    return made


def needed(name: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """A definition and all that it refers to."""
    found: dict[str, Any] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found[current] = definitions[current]
            waiting += re.findall(rf'"{REFERENCE}([^"]+)"', json.dumps(definitions[current]))
    return found


def builtin(swagger: dict[str, Any]) -> dict[str, Any]:
    """File name and schema of each kind of Kubernetes itself."""
    definitions = strict(swagger["definitions"])
    # A quantity is written as 1 or as "1Gi"; the definition says string alone.
    quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"
    definitions[quantity] = {"type": ["string", "number"]}
    made = {}
    for name, definition in swagger["definitions"].items():
        for kind in definition.get("x-kubernetes-group-version-kind", ()):
            group = kind["group"].split(".")[0]
            suffix = "-".join(filter(None, (group, kind["version"])))
            made[f"{kind['kind'].lower()}-{suffix}.json"] = {
                "$ref": f"{REFERENCE}{name}",
                "definitions": needed(name, definitions),
            }
    return made


def custom(definition: dict[str, Any]) -> dict[str, Any]:
    """File name and schema of a kind that a resource definition adds."""
    spec = definition["spec"]
    group = spec["group"].split(".")[0]
    made = {}
    for version in spec["versions"]:
        schema = strict(version["schema"]["openAPIV3Schema"])
        for name in ("apiVersion", "kind", "metadata"):
            schema["properties"].setdefault(name, {})
        name = f"{spec['names']['kind'].lower()}-{group}-{version['name']}.json"
        made[name] = schema
    return made


def main(out: Path, swagger: Path, *definitions: Path) -> None:
    """Write one file per kind into `out`."""
    made = builtin(json.loads(swagger.read_text(encoding="utf-8")))
    for path in definitions:
        made |= custom(yaml.safe_load(path.read_text(encoding="utf-8")))
    out.mkdir(parents=True, exist_ok=True)
    for name, schema in made.items():
        (out / name).write_text(json.dumps(schema), encoding="utf-8")
    print(f"{len(made)} schemas in {out}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
