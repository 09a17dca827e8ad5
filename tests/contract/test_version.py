"""The version of pyproject.toml, the changelog and `pqr --version` are one."""

import re
import subprocess
import sys
import tomllib

from orchestration.settings import PROJECT_ROOT

PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HEADINGS = re.findall(
    r"^## (\S+)", (PROJECT_ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
)


def test_the_newest_numbered_entry_of_the_changelog_is_the_version() -> None:
    assert HEADINGS[0] == "Unreleased"
    assert HEADINGS[1] == PROJECT["version"]


def test_the_entries_are_in_order_and_none_is_there_twice() -> None:
    versions = [tuple(int(part) for part in heading.split(".")) for heading in HEADINGS[1:]]
    assert versions == sorted(set(versions), reverse=True)


def test_the_command_prints_the_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "--version"],
        capture_output=True, text=True, check=False, cwd=PROJECT_ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{PROJECT['version']}\n", "")
