"""How big this repository is: `make size`, or `make size AT=/path/to/another/checkout`.

Modules of a run are counted by importing them: a new interpreter imports what the command `pqr run`
takes from `orchestration.flows`, and `sys.modules` lists what came with it (`run_modules`). What
functions import only when they run, and modules that are started as a process of their own
(`-m orchestration.x`), are read from the source of the modules found so far and imported as well
(`run_with_later_imports_modules`): moving an import into a function changes the first figure only.
`run_process_modules` adds the command line itself.

Lines are all lines of a file, blank lines and comments included; files are those that git knows and
new ones that it does not ignore.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.results import result

ROOT = Path(__file__).resolve().parents[1]
MOST_MODULES = 85
MOST_MACROS = 45
MOST_LINES = 250
COUNTED = (".py", ".sql", ".yml", ".yaml", ".sh")
# What nobody reads from top to bottom.
DATA = {
    "simulator/text/phrases": "phrases of the synthetic texts",
    "infra/local/compose.yaml": "the container stack, one block for each service",
    "orchestration/services/prefect_schema.sql": "written by Prefect's migrations",
}
FOLDERS = {
    "orchestration": ("orchestration", (".py",)),
    "simulator": ("simulator", (".py",)),
    "macros": ("macros", (".sql",)),
    "models_sql": ("dbt_project", (".sql",)),
    "models_yml": ("dbt_project", (".yml",)),
    "migrations": ("infra/migrations", (".sql",)),
    "tests": ("tests", (".py", ".sql", ".yml")),
    "benchmarks": ("benchmarks", (".py",)),
}
IN_ALL = ("orchestration", "macros", "models_sql", "models_yml", "migrations", "tests")

# Runs in the interpreter of its own: prints the modules that a run imports at once and later.
PROBE = """
import importlib, json, sys

def ours():
    found = [name for name in sys.modules if name.split(".")[0] in ("orchestration", "simulator")]
    return {name: sys.modules[name].__file__ for name in found if sys.modules[name].__file__}

for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(ours()))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at", type=Path, default=ROOT, help="root of the checkout to measure")
    parser.add_argument("--list", action="store_true", help="list the modules as well")
    arguments = parser.parse_args()
    root = arguments.at.resolve()
    if not (root / "orchestration" / "cli" / "run.py").exists():
        parser.error(f"--at {arguments.at} is not a checkout: it has no orchestration/cli/run.py")
    met = [*print_run(root, list_them=arguments.list), *print_folders(root), print_longest(root)]
    return 0 if all(met) else 1


def print_run(root: Path, list_them: bool) -> list[bool]:
    """Print modules and lines that a run imports."""
    at_once = imported(root, flow_modules(root))
    with_later = at_once
    while True:
        names = {name for path in with_later.values() for name in later_imports(root, Path(path))}
        if names <= set(with_later):
            break
        with_later = imported(root, {*with_later, *names})
    if list_them:
        for name, path in sorted(with_later.items()):
            print(f"{lines_of(path):6} {name}{'' if name in at_once else '  (later)'}")
    met = []
    process = imported(root, {*with_later, "orchestration.cli.app", "orchestration.cli.run"})
    for label, modules, most in (
        ("run", at_once, MOST_MODULES),
        ("run_with_later_imports", with_later, MOST_MODULES),
        ("run_process", process, None),
    ):
        flow = [path for name, path in modules.items() if name.startswith("orchestration")]
        met.append(result(f"{label}_modules", len(flow), "modules", at_most=most))
        result(f"{label}_lines", sum(map(lines_of, flow)), "lines")
    world = [path for name, path in at_once.items() if name.startswith("simulator")]
    result("run_simulator_modules", len(world), "modules")
    result("run_simulator_lines", sum(map(lines_of, world)), "lines")
    return met


def flow_modules(root: Path) -> set[str]:
    """Return the modules of `orchestration.flows` that `pqr run` imports."""
    tree = ast.parse((root / "orchestration" / "cli" / "run.py").read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {node.module for node in nodes if (node.module or "").startswith("orchestration.flows")}


def later_imports(root: Path, path: Path) -> set[str]:
    """Return our modules that functions of a file import, or that it starts with `-m`."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
                    found.update(f"{node.module}.{alias.name}" for alias in node.names)
    found.update(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {name for name in found if is_module(root, name)}


def is_module(root: Path, name: str) -> bool:
    if name.split(".")[0] not in ("orchestration", "simulator") or "/" in name or " " in name:
        return False
    place = root.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def imported(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Import modules in a new interpreter; return what is loaded then, by name, as paths."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(sorted(names))],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"size: cannot import a run of {root}:\n{done.stderr}")
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    strange = [path for path in found.values() if not Path(path).is_relative_to(root)]
    if strange:
        raise SystemExit(f"size: {strange[0]} was imported, which is not in {root}")
    return found


def print_folders(root: Path) -> list[bool]:
    """Print files and lines of each folder, and of all together."""
    met, sums = [], {}
    for label, (folder, kinds) in FOLDERS.items():
        paths = [path for path in tracked(root, folder) if path.suffix in kinds]
        sums[label] = sum(map(lines_of, paths))
        most = MOST_MACROS if label == "macros" else None
        met.append(result(f"{label}_files", len(paths), "files", at_most=most))
        result(f"{label}_lines", sums[label], "lines")
    result("all_lines", sum(sums[label] for label in IN_ALL), f"lines_of_{'+'.join(IN_ALL)}")
    return met


def print_longest(root: Path) -> bool:
    """Print the longest files, those above the limit and what is left out."""
    paths = [path for path in tracked(root, ".") if path.suffix in COUNTED]
    ours = [path for path in paths if not is_data(root, path)]
    ordered = sorted(((lines_of(path), path) for path in ours), reverse=True)
    for lines, path in ordered[:10]:
        print(f"{lines:6} {path.relative_to(root)}{'  above' if lines > MOST_LINES else ''}")
    for place, reason in DATA.items():
        print(f"  left out: {place} ({reason})")
    print("  left out: every other suffix (uv.lock, CSV seeds, dashboards in JSON, documents)")
    above = sum(lines > MOST_LINES for lines, _ in ordered)
    return result(f"files_above_{MOST_LINES}_lines", above, "files", at_most=0)


def is_data(root: Path, path: Path) -> bool:
    return any(path.relative_to(root).as_posix().startswith(place) for place in DATA)


def tracked(root: Path, folder: str) -> list[Path]:
    """Return the files of a folder that git knows, those not yet added included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", folder]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    paths = [root / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def lines_of(path: str | Path) -> int:
    return Path(path).read_text(encoding="utf-8").count("\n")


if __name__ == "__main__":
    raise SystemExit(main())
