"""Pages made from the code: commands, configuration, columns, reasons, exit codes, raw contract."""

import inspect
import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import reference_lake
import reference_watch
import typer.main
import yaml

from orchestration import errors
from orchestration.bronze.rules import Reason
from orchestration.cli.app import app
from orchestration.ingest import account
from simulator.config.process import World

ROOT = Path(__file__).resolve().parents[2]


def _commands() -> Iterator[str]:
    yield "# Commands\n\nWhat `pqr COMMAND --help` prints.\n"
    root: Any = typer.main.get_command(app)
    yield from _command(root, "pqr")


def _command(command: Any, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name) if isinstance(command, click.Command) else None
    context = context or command.make_context(name, [], resilient_parsing=True)
    if name != "pqr":
        yield f"## {name}\n"
        yield f"```text\n{command.get_help(context).strip()}\n```\n"
    for part, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _command(inner, f"{name} {part}")


def _configuration() -> Iterator[str]:
    text = (ROOT / "simulator/config/pqrs_simulation_v1.yaml").read_text(encoding="utf-8")
    names = "\n".join(
        f"- `{path.stem}`: {_first_comment(path)}"
        for path in sorted((ROOT / "simulator/config/scenarios").glob("*.yaml"))
    )
    environment = (ROOT / ".env.example").read_text(encoding="utf-8")
    yield (
        "# Configuration\n\n## A world\n\n`pqr run --config FILE` takes a file of this form; what"
        " it leaves out keeps these values, with their unit, range and source.\n\n"
        f"```yaml\n{text}```\n\n## Scenarios\n\n`pqr run --scenario NAME` changes some of them.\n\n"
        f"{names}\n\n## Environment\n\n```sh\n{environment}```\n"
    )
    yield "## Limits of a world\n\nAnother key, or a value outside of these limits, is refused.\n"
    yield "| key | type | limits |\n|---|---|---|"
    schema = World.model_json_schema()
    yield from _keys(schema, schema["$defs"], "")


def _keys(schema: dict[str, Any], known: dict[str, Any], above: str) -> Iterator[str]:
    """A line for each key of a configuration, nested ones with the names above them."""
    for name, field in schema.get("properties", {}).items():
        alternatives = [field, *field.get("anyOf", ())]
        (inner, *_) = [one for one in alternatives if "$ref" in one] or [{}]
        if inner:
            yield from _keys(known[inner["$ref"].rpartition("/")[2]], known, f"{above}{name}.")
        else:
            kinds = [one["type"] for one in alternatives if "type" in one]
            limits = ", ".join(
                f"{words} {field[key]}" for key, words in _LIMITS.items() if key in field
            )
            yield f"| `{above}{name}` | {' or '.join(kinds)} | {limits} |"


_LIMITS = {
    "minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most",
    "exclusiveMaximum": "less than", "minItems": "items at least", "maxItems": "items at most",
    "enum": "one of",
}  # fmt: skip


def _first_comment(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line.lstrip("# ") for line in lines if line.startswith("#")), "")


def _states() -> Iterator[str]:
    path = ROOT / "simulator/config/pqrs_status_v1.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    yield "# States of a case\n"
    yield "A case moves as this table says. Its history keeps other moves, marked as not valid.\n"
    yield "| state | in Spanish | SLA clock | may go to |\n|---|---|---|---|"
    for state, facts in content["states"].items():
        nexts = ", ".join(after for before, after in content["transitions"] if before == state)
        yield f"| {state} | {facts['name']} | {facts['sla_behavior']} | {nexts or 'nowhere'} |"


def _raw_contract() -> Iterator[str]:
    path = ROOT / "simulator/contracts/RAW-PQRS.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    yield f"# Raw contract\n\n{schema['description']}\n"
    yield f"JSON Schema: `{path.relative_to(ROOT)}`.\n"
    yield from _object("An event", schema)
    for name, definition in schema["$defs"].items():
        if "properties" in definition:
            yield from _object(f"`data` of {name.upper()}", definition)


def _object(title: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    if "description" in schema and not title.startswith("An"):
        yield f"{schema['description']}\n"
    yield "| field | required | what |\n|---|---|---|"
    for name, field in schema["properties"].items():
        required = "yes" if name in schema.get("required", ()) else "no"
        parts = [field.get("description", ""), _values(field)]
        yield f"| {name} | {required} | {' '.join(part for part in parts if part)} |"
    yield ""


def _values(field: dict[str, Any]) -> str:
    if "enum" in field:
        return "One of " + ", ".join(f"`{value}`" for value in field["enum"]) + "."
    if "$ref" in field:
        return f"A {field['$ref'].rpartition('/')[2]}."
    return ""


def _reasons() -> Iterator[str]:
    yield "# Reason codes\n"
    yield "A line or row that cannot be taken has exactly one. `pqr quarantine` lists them.\n"
    yield "## Of a line of raw\n\nTried in this order:\n"
    yield ", ".join(f"`{reason}`" for reason in Reason) + ".\n"
    yield f"## Of a row of a table\n\n{_text(account.Reason)}\n"
    yield ", ".join(f"`{reason}`" for reason in account.Reason) + ".\n"
    yield f"## Of a delivery as a whole\n\n{_text(account.Stop)}\n"
    yield ", ".join(f"`{reason}`" for reason in account.Stop) + ".\n"


def _exit_codes() -> Iterator[str]:
    yield "# Exit codes\n\nEach failure is one line on standard error and one of these codes.\n"
    yield "| code | meaning |\n|---|---|\n| 0 | The command did what it was asked to do. |"
    kinds = (errors.WorkFailed, errors.UsageError, errors.ServiceUnavailable, errors.Locked)
    for kind in kinds:
        yield f"| {kind.exit_code} | {_text(kind).splitlines()[0]} |"
    yield "| 130, 143 | Interrupted by Ctrl-C, or ended by SIGTERM. |"
    codes = {kind.__name__: kind.exit_code for kind in kinds}
    yield "\n## Errors\n\nThe classes behind these codes.\n"
    yield "| error | code | meaning |\n|---|---|---|"
    for name, family, said in reference_watch.error_classes():
        yield f"| {name} | {codes[family]} | {said} |"


def _text(thing: Any) -> str:
    return textwrap.dedent(inspect.getdoc(thing) or "")


# How each page of the reference is made, by its name.
MAKERS: dict[str, Callable[[], Iterator[str]]] = {
    "commands": _commands,
    "configuration": _configuration,
    "columns": reference_lake.columns,
    "kpis": reference_lake.kpis,
    "metrics-and-alerts": reference_watch.metrics_and_alerts,
    "states": _states,
    "raw-contract": _raw_contract,
    "reasons": _reasons,
    "exit-codes": _exit_codes,
}
NAMES = tuple(MAKERS)


def pages() -> dict[str, str]:
    """The text of each page of `NAMES`, as Markdown."""
    return {name: "\n".join(lines()) for name, lines in MAKERS.items()}
