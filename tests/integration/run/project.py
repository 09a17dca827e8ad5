"""A copy of the project that a test edits, and the lake that its commands run on."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.integration.run.lake import ROOT, Lake

PROJECT = ("orchestration", "simulator", "dbt_project", "macros", "seeds", "infra", "tests/dbt")
FILES = ("dbt_project.yml", "profiles.yml", "selectors.yml", "pyproject.toml")


@dataclass(frozen=True)
class Project:
    """A copy of the project and a lake that it runs on."""

    root: Path
    lake: Lake

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "orchestration.cli"]
        if program != "pqr":
            command = [str(Path(sys.executable).with_name(program))]
        return subprocess.run(
            [*command, *arguments],
            cwd=self.root, env=self.lake.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    @staticmethod
    def edit(path: Path, before: str, after: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    def succeed(self, program: str, *arguments: str) -> str:
        done = self.run(program, *arguments)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    @classmethod
    def copied(cls, root: Path, lake: Lake) -> "Project":
        copy_project(root)
        return cls(root, lake)


def copy_project(root: Path, *more: str) -> None:
    """Copy what this checkout runs from into the folder `root`, with more of its folders."""
    for name in (*PROJECT, *more):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(ROOT / name, root / name)
