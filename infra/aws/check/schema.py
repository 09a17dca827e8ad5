"""The arguments of hashicorp/aws out of its bindings for CDKTF: `schema.py BINDINGS > schema.json`.

The bindings are generated from the provider's own schema. Each kind's JavaScript says which
arguments are blocks and of what type, its declarations which are required and which values it
exports.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

PRIMITIVES = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
EXPORTED = {"string": "string", "number": "number", "string[]": ["list", "string"]}
ARGUMENT = re.compile(
    r"^\s+(\w+): \{\n\s+value: (.*?),\n\s+isBlock: (true|false),\n\s+type: \"(\w+)\",\n"
    r"\s+storageClassType: \"(\w+)\"",
    re.MULTILINE,
)
END = "// remove undefined attributes"
FOLDER = Path(__file__).resolve().parents[1]

Block = dict[str, dict[str, Any]]


class Bindings:
    """The JavaScript and the declarations of one kind."""

    def __init__(self, folder: Path) -> None:
        self.code = (folder / "index.js").read_text(encoding="utf-8")
        self.declared = (folder / "index.d.ts").read_text(encoding="utf-8")

    def required(self, interface: str) -> set[str]:
        """The properties of an interface that have to be given."""
        pattern = rf"export interface {interface}(?: extends [\w.]+)? \{{(.*?)\n\}}"
        found = re.search(pattern, self.declared, re.DOTALL)
        return set(re.findall(r"readonly (\w+):", found[1])) if found else set()

    def block(self, start: int, interface: str) -> Block:
        """What the function that begins at `start` writes."""
        made: Block = {"attributes": {}, "blocks": {}}
        required = self.required(interface)
        body = self.code[start : self.code.index(END, start)]
        for name, value, is_block, kind, stored in ARGUMENT.findall(body):
            is_required = re.sub(r"_(\w)", lambda it: it[1].upper(), name) in required
            if is_block == "false":
                made["attributes"][name] = {"type": _type(kind, stored), "required": is_required}
                continue
            inner = _found(r"(\w+)ToHclTerraform", value.split("MapperHcl(")[-1])
            function = self.code.index(f"function {inner[0]}(")
            struct = inner[1][0].upper() + inner[1][1:]
            made["blocks"][name] = {
                "nesting": "single" if name == "timeouts" else "set" if kind == "set" else "list",
                "required": is_required,
                "block": self.block(function, struct),
            }
        return made

    def kind(self) -> Block:
        """Arguments and exported values of the kind itself."""
        config = _found(r"export interface (\w+Config) extends", self.declared)
        made = self.block(self.code.index("synthesizeHclAttributes"), config[1])
        pattern = r"declare class \w+ extends cdktf\.Terraform(?:Resource|DataSource) \{(.*?)\n\}"
        body = _found(pattern, self.declared)
        for getter, declared in re.findall(r"get (\w+)\(\): ([^;]+);", body[1]):
            name = re.sub(r"([A-Z])", lambda it: "_" + it[1].lower(), getter)
            if not getter.endswith("Input") and name not in {
                **made["attributes"],
                **made["blocks"],
            }:
                known = EXPORTED.get(declared, "dynamic")
                made["attributes"][name] = {"type": known, "computed_only": True}
        return made


def _found(pattern: str, text: str) -> re.Match[str]:
    """The first match. Raises ValueError: the bindings are written otherwise."""
    found = re.search(pattern, text, re.DOTALL)
    if found is None:
        raise ValueError(f"no {pattern} in {text[:200]}")
    return found


def _type(kind: str, stored: str) -> Any:
    if kind == "simple":
        return PRIMITIVES.get(stored, "string")
    return [kind, PRIMITIVES.get(re.sub(r"(List|Map|Set)$", "", stored), "string")]


def main(bindings: Path) -> None:
    """Print the schema of the kinds that infra/aws uses."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.tf"))
    folders: dict[tuple[str, str], Path] = {}
    for path in bindings.glob("*/index.js"):
        if found := re.search(r'\.tfResourceType = "(\w+)"', path.read_text(encoding="utf-8")):
            is_data = path.parent.name.startswith("data-aws-")
            folders["data" if is_data else "resource", found[1]] = path.parent
    made = {
        kind: {
            name: Bindings(folders[kind, name]).kind()
            for name in sorted(set(re.findall(rf'^{kind} "(aws_\w+)"', text, re.MULTILINE)))
        }
        for kind in ("resource", "data")
    }
    print(json.dumps({"resources": made["resource"], "datas": made["data"]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
