"""dbt's tests that no event can change: unit tests, those of the seeds, checks of declarations.

A run leaves unit tests to `dbt build` and to `make test`, as dbt recommends
(https://docs.getdbt.com/docs/build/unit-tests). Seeds are published, and a wrong declaration would
be left out in silence, so a run looks at both, once per version of the code on this machine.
Nothing but a cache: without it they run again.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from orchestration.settings import Settings

_ROOTS = ("dbt_project", "macros", "seeds", "tests/dbt", "dbt_project.yml", "profiles.yml")
_SUFFIXES = {".sql", ".csv", ".yml", ".md"}
_PACKAGES = ("dbt-core", "dbt-duckdb", "dbt-postgres", "duckdb")

# The name of what was found right of the declarations alone, before a layer was built.
DECLARATIONS = "declarations"
_OF_SEEDS = "path:seeds,resource_type:test"


def left_out(settings: Settings, layer: str) -> tuple[str, ...]:
    """Selectors of the tests that a build of `layer` need not run: silver tests the seeds."""
    seeds = (_OF_SEEDS,) if layer != "silver" or have_passed(settings, layer) else ()
    return ("resource_type:unit_test", *seeds)


def have_passed(settings: Settings, layer: str) -> bool:
    """Whether a build of `layer` ended well on exactly this code, with all of its checks."""
    return _mark(settings, layer).exists()


def declarations_are_right(settings: Settings) -> bool:
    """Whether exactly this code declares rightly, as a build of silver or a look ahead found."""
    return any(have_passed(settings, name) for name in (DECLARATIONS, "silver"))


def remember(settings: Settings, layer: str) -> None:
    """Note that what checks the code passed on exactly this code, in a build of `layer`."""
    mark = _mark(settings, layer)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _mark(settings: Settings, layer: str) -> Path:
    code = code_of_project(settings.project_root)
    return settings.home / "dbt" / "code_tests_passed" / f"{layer}-{code[:16]}"


def versions() -> dict[str, str]:
    """The packages that decide what dbt makes of the same files, with their versions."""
    return {package: version(package) for package in _PACKAGES}


def code_of_project(root: Path) -> str:
    """sha256 of all that dbt parses, with the versions that run it."""
    digest = hashlib.sha256(json.dumps(versions()).encode())
    for name in _ROOTS:
        path = root / name
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in files:
            if file.is_file() and file.suffix in _SUFFIXES:
                body = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"{file.relative_to(root).as_posix()} {body}\n".encode())
    return digest.hexdigest()
