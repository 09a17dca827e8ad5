"""The hash of the code behind a result changes with each module of it, and with no other."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.own_code import code_files, code_sha256

ROOT = Path(__file__).resolve().parents[2]
JUDGE = "orchestration.bronze.object"
MODULES = [path.relative_to(ROOT).as_posix() for path in code_files(JUDGE)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(
        ROOT / "orchestration",
        root / "orchestration",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return root


@contextmanager
def edited(*files: Path) -> Iterator[None]:
    before = {file: file.read_bytes() for file in files}
    for file, text in before.items():
        file.write_bytes(text + b"\n# edited\n")
    yield
    for file, text in before.items():
        file.write_bytes(text)


def fresh_sha256(entry: str, root: Path) -> str:
    code_sha256.cache_clear()
    return code_sha256(entry, root)


@pytest.mark.parametrize("module", MODULES)
def test_an_edit_of_a_module_that_judges_changes_the_hash(copy: Path, module: str) -> None:
    before = fresh_sha256(JUDGE, copy)
    with edited(copy / module):
        after = fresh_sha256(JUDGE, copy)
    assert after != before


def test_an_edit_of_another_module_changes_nothing(copy: Path) -> None:
    before = fresh_sha256(JUDGE, copy)
    others = {path.relative_to(copy).as_posix() for path in copy.rglob("*.py")} - set(MODULES)
    assert {"orchestration/settings/__init__.py", "orchestration/bronze/job.py"} <= others
    with edited(*(copy / other for other in others)):
        after = fresh_sha256(JUDGE, copy)
    assert after == before


def test_what_judges_is_found_in_every_folder() -> None:
    assert {
        "orchestration/bronze/fast/canonical.py",
        "orchestration/bronze/slow/judge.py",
        "orchestration/lake/instants.py",
        "orchestration/lake/manifest.py",
        "orchestration/bronze/rules.py",
    } <= set(MODULES)


@pytest.mark.parametrize(
    "statement",
    [
        "import orchestration.rule",
        "import json, orchestration.rule as r",
        "from orchestration import rule",
        "from orchestration.rule import LIMIT",
        "from . import rule",
        "from .rule import LIMIT",
        "from .. import orchestration\nfrom ..orchestration.rule import LIMIT",
        "def late():\n    from orchestration.rule import LIMIT",
        "from orchestration.between import LIMIT",
    ],
)
def test_every_way_to_import_a_module_is_followed(tmp_path: Path, statement: str) -> None:
    package = tmp_path / "orchestration"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "rule.py").write_text("LIMIT = 1\n")
    (package / "between.py").write_text("from orchestration.rule import LIMIT\n")
    (package / "entry.py").write_text(statement + "\n")
    found = {path.name for path in code_files("orchestration.entry", tmp_path)}
    assert found - {"between.py"} == {"__init__.py", "entry.py", "rule.py"}


def test_a_module_that_appears_counts_and_line_ends_do_not(tmp_path: Path) -> None:
    package = tmp_path / "orchestration"
    package.mkdir()
    (package / "entry.py").write_bytes(b"import orchestration.rule\n")
    before = fresh_sha256("orchestration.entry", tmp_path)
    (package / "entry.py").write_bytes(b"import orchestration.rule\r\n")
    assert fresh_sha256("orchestration.entry", tmp_path) == before
    (package / "rule.py").touch()
    assert fresh_sha256("orchestration.entry", tmp_path) != before


def test_an_entry_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"orchestration\.none"):
        code_files("orchestration.none", tmp_path)
