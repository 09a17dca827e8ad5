"""The Terraform of infra/aws, parsed: blocks with their arguments and comments."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "aws"
FILES = sorted(FOLDER.glob("*.tf"))
COMMENTS = "__comments__"


def plain(value: Any) -> Any:
    """Without the quotes that the parser leaves around strings."""
    if isinstance(value, dict):
        return {plain(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def parsed() -> dict[str, list[Any]]:
    """Every block of a kind (resource, data, variable, ...) of all files."""
    found: dict[str, list[Any]] = {}
    for path in FILES:
        with path.open(encoding="utf-8") as file:
            for kind, blocks in hcl2.load(file).items():
                if isinstance(blocks, list):
                    found.setdefault(kind, []).extend(plain(blocks))
    return found


BLOCKS = parsed()


def of_type(kind: str, type_name: str) -> dict[str, Any]:
    """The resources, or data sources, of a type by their name."""
    return {
        name: body
        for block in BLOCKS[kind]
        for found, named in block.items()
        if found == type_name
        for name, body in named.items()
    }


def resources() -> Iterator[tuple[str, str, Any]]:
    """Type, name and body of every resource."""
    for block in BLOCKS["resource"]:
        for type_name, named in block.items():
            if not type_name.startswith("__"):
                for name, body in named.items():
                    yield type_name, name, body


def statements() -> Iterator[tuple[str, Any]]:
    """Every statement of every policy, with the name of its document."""
    for name, body in of_type("data", "aws_iam_policy_document").items():
        for statement in body.get("statement", []):
            yield name, statement
        for dynamic in body.get("dynamic", []):
            for content in dynamic["statement"]["content"]:
                yield name, content


def strings(value: Any) -> list[str]:
    """Every string of an argument, also those inside of an expression."""
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    if isinstance(value, str) and value.startswith("${"):
        return re.findall(r'"([^"]*)"', value)
    return [str(value)]
