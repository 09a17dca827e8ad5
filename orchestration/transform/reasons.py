"""Why a node of dbt failed, in one line that says where to look next."""

import re
from collections.abc import Sequence
from typing import Any, Final

from orchestration.transform.dbt import NodeResult
from orchestration.wording import counted

_LONGEST: Final = 400
# Columns and names of a list; whoever needs all of them finds them in the log of the run.
_FEW: Final = 5
_CONTRACT: Final = "has an enforced contract that failed"
# A row of dbt's table: column_name, definition_type, contract_type, mismatch_reason.
_ROW: Final = re.compile(r"^ *\|" + r"\s*([^|]*?)\s*\|" * 4 + r"\s*$", re.MULTILINE)


def reason_of(result: NodeResult) -> str:
    """What failed and why: of a contract its columns, of a test its rule and a way to the rows."""
    message = result.message or result.status
    if _CONTRACT in message:
        return _of_contract(result, message)
    if result.node.get("resource_type") == "test" and result.status == "fail":
        return _of_test(result)
    return f"{result.unique_id}: {' '.join(message.split())[:_LONGEST]}"


def said_of_tests(nodes: Sequence[NodeResult]) -> str:
    """How many tests of a layer that was built passed, and which of them warned."""
    tests = [node for node in nodes if node.node.get("resource_type") in ("test", "unit_test")]
    warned = [str(node.node.get("name")) for node in tests if node.status == "warn"]
    said = f"{counted(len(tests) - len(warned), 'test')} passed"
    return f"{said}, {len(warned)} warned: {_listed(warned)}" if warned else said


def _of_contract(result: NodeResult, message: str) -> str:
    columns = []
    for column, found, declared, _ in _ROW.findall(message):
        if column == "column_name" or set(column) == {"-"}:
            continue
        if found and declared:
            columns.append(f"{column} is {found}, declared {declared}")
        elif found:
            columns.append(f"{column} is {found}, not declared")
        else:
            columns.append(f"{column} is declared {declared}, the query lacks it")
    name = result.node.get("name", result.unique_id)
    if not columns:
        return f"contract of {name}: {' '.join(message.split())[:_LONGEST]}"
    said = f"contract of {name}: {_listed(columns, '; ')}"
    files = [_file(result.node.get(key)) for key in ("original_file_path", "patch_path")]
    return f"{said}: edit {' or '.join(filter(None, files))}" if any(files) else said


def _file(path: str | None) -> str:
    return (path or "").rsplit("://", 1)[-1]


def _of_test(result: NodeResult) -> str:
    node = result.node
    name = str(node.get("name"))
    parents: Sequence[str] = node.get("depends_on", {}).get("nodes", [])
    layer = node.get("fqn", ["", ""])[1]
    attached = node.get("attached_node")
    tested = [attached] if attached else _of_layer(parents, layer)
    models = [parent.rsplit(".", 1)[-1] for parent in tested]
    metadata: dict[str, Any] = node.get("test_metadata") or {}
    rule = str(metadata.get("kwargs", {}).get("rule", ""))
    failures = result.failures or 0
    rows = f"{counted(failures, 'row')} {'breaks' if failures == 1 else 'break'} {name}"
    rows += f" ({' '.join(rule.split())[: _LONGEST // 2]})" if rule else ""
    rows += f" ({'; '.join(result.rows)})" if result.rows else ""
    said = f"{', '.join(models) or result.unique_id}: {rows}"
    if layer == "serving" or not models:
        return f"{said}; `pqr quality` lists it"
    # One name may stand at several models: only its place says which of them is meant.
    if not attached:
        which, built = name, f"{' '.join(models)} {name}"
    elif len(parents) == 1:
        which, built = f"{models[0]},{name}", models[0]
    else:
        which = f"path:{node.get('original_file_path')},{name}"
        built = f"{models[0]} {which}"
    return f"{said}; to see them: `dbt build --select {built}`, then `dbt show --select {which}`"


def _of_layer(parents: Sequence[str], layer: str) -> list[str]:
    """The models that a test across models is about: what it compares them with comes before."""
    models = [parent for parent in parents if parent.startswith("model.")]
    return [model for model in models if model.split(".")[-1].startswith(f"{layer}_")] or models


def _listed(names: Sequence[str], separator: str = ", ") -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return separator.join(names[:_FEW]) + more
